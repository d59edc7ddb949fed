package io.purgewise.testkit;

import io.purgewise.cdn.Invalidation;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** Reads and writes the XML of CloudFront's API, version 2020-05-31, as far as invalidations need it. */
final class CloudFrontXml {

    /** A CreateInvalidation request. */
    record Batch(List<String> paths, int quantity, String callerReference) {}

    private static final String NAMESPACE = "http://cloudfront.amazonaws.com/doc/2020-05-31/";
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    /** More than 3,000 paths of 4,000 characters. */
    private static final int LONGEST_BODY = 16_000_000;

    private CloudFrontXml() {}

    static Batch readBatch(InputStream stream) throws IOException {
        byte[] body = stream.readNBytes(LONGEST_BODY + 1);
        if (body.length > LONGEST_BODY) {
            throw new FakeError(413, "BatchTooLarge", "Invalidation batch specified is too large.");
        }
        Document document;
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            document = factory.newDocumentBuilder().parse(new ByteArrayInputStream(body));
        } catch (SAXException e) {
            throw new FakeError(400, "MalformedXML", "The XML document is malformed: " + e.getMessage());
        } catch (ParserConfigurationException e) {
            throw new IllegalStateException("the platform's XML parser must be able to process securely", e);
        }
        NodeList nodes = document.getElementsByTagName("Path");
        List<String> paths = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) {
            paths.add(nodes.item(i).getTextContent());
        }
        String quantity = text(document, "Quantity");
        String reference = text(document, "CallerReference");
        if (quantity == null || reference == null || reference.isEmpty()) {
            throw new FakeError(400, "MissingBody", "Quantity and CallerReference are required.");
        }
        if (!quantity.matches("\\d{1,9}")) {
            throw new FakeError(400, "MalformedXML", "Quantity must be a number, but was " + quantity);
        }
        return new Batch(paths, Integer.parseInt(quantity), reference);
    }

    private static @Nullable String text(Document document, String name) {
        NodeList nodes = document.getElementsByTagName(name);
        return nodes.getLength() == 0 ? null : nodes.item(0).getTextContent();
    }

    static String invalidation(Invalidation invalidation, List<String> pathsInOrder) {
        StringBuilder xml = new StringBuilder();
        xml.append("<Id>").append(invalidation.id()).append("</Id><Status>");
        xml.append(invalidation.status().spelling()).append("</Status><CreateTime>");
        xml.append(time(invalidation.createTime())).append("</CreateTime><InvalidationBatch><Paths><Quantity>");
        xml.append(pathsInOrder.size()).append("</Quantity><Items>");
        pathsInOrder.forEach(path -> xml.append("<Path>").append(escape(path)).append("</Path>"));
        xml.append("</Items></Paths><CallerReference>");
        xml.append(escape(invalidation.callerReference().value())).append("</CallerReference></InvalidationBatch>");
        return document("Invalidation", xml);
    }

    static String list(List<Invalidation> page, @Nullable String marker, int maxItems, boolean truncated) {
        StringBuilder xml = new StringBuilder();
        xml.append("<Marker>").append(marker == null ? "" : escape(marker)).append("</Marker>");
        if (truncated) {
            xml.append("<NextMarker>").append(page.get(page.size() - 1).id()).append("</NextMarker>");
        }
        xml.append("<MaxItems>").append(maxItems).append("</MaxItems><IsTruncated>");
        xml.append(truncated)
                .append("</IsTruncated><Quantity>")
                .append(page.size())
                .append("</Quantity><Items>");
        for (Invalidation each : page) {
            xml.append("<InvalidationSummary><Id>").append(each.id()).append("</Id><CreateTime>");
            xml.append(time(each.createTime())).append("</CreateTime><Status>");
            xml.append(each.status().spelling()).append("</Status></InvalidationSummary>");
        }
        return document("InvalidationList", xml.append("</Items>"));
    }

    static String distributionConfig(@Nullable String cacheTagHeader) {
        StringBuilder xml = new StringBuilder("<CallerReference>fake</CallerReference><Enabled>true</Enabled>");
        if (cacheTagHeader != null) {
            xml.append("<CacheTagConfig><HeaderName>").append(escape(cacheTagHeader));
            xml.append("</HeaderName></CacheTagConfig>");
        }
        return document("DistributionConfig", xml);
    }

    static String distributions(Map<String, Set<String>> aliasesById) {
        StringBuilder xml =
                new StringBuilder("<Marker></Marker><MaxItems>100</MaxItems><IsTruncated>false</IsTruncated>");
        xml.append("<Quantity>").append(aliasesById.size()).append("</Quantity><Items>");
        aliasesById.forEach((id, aliases) -> {
            xml.append("<DistributionSummary><Id>").append(id).append("</Id><Aliases><Quantity>");
            xml.append(aliases.size()).append("</Quantity><Items>");
            aliases.forEach(alias -> xml.append("<CNAME>").append(escape(alias)).append("</CNAME>"));
            xml.append("</Items></Aliases></DistributionSummary>");
        });
        return document("DistributionList", xml.append("</Items>"));
    }

    static String distributionTenant(String id) {
        return document(
                "DistributionTenant",
                new StringBuilder("<Id>")
                        .append(id)
                        .append("</Id><DistributionId>")
                        .append(id)
                        .append("</DistributionId>"));
    }

    static String error(FakeError error, String requestId) {
        return document(
                "ErrorResponse",
                new StringBuilder("<Error><Type>")
                        .append(error.status >= 500 ? "Receiver" : "Sender")
                        .append("</Type><Code>")
                        .append(error.code)
                        .append("</Code><Message>")
                        .append(escape(String.valueOf(error.getMessage())))
                        .append("</Message></Error><RequestId>")
                        .append(requestId)
                        .append("</RequestId>"));
    }

    private static String document(String root, StringBuilder content) {
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<" + root + " xmlns=\"" + NAMESPACE + "\">" + content + "</"
                + root + ">";
    }

    private static String time(Instant instant) {
        return TIME.format(instant);
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
