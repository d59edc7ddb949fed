package io.purgewise.aws;

import java.io.BufferedReader;
import java.io.IOException;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * Reads the URLs of a sitemap one by one: {@code urlset/url/loc}. It takes no document type and fetches nothing. Characters are
 * decoded before they come here, as sitemaps are always in UTF-8; the JDK's parser would write to standard error about others.
 */
final class SitemapReader {

    private static final int BYTE_ORDER_MARK = 0xfeff;

    private final XMLStreamReader xml;
    private boolean inUrl;

    SitemapReader(BufferedReader in) throws IOException, XMLStreamException {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        in.mark(1);
        if (in.read() != BYTE_ORDER_MARK) {
            in.reset();
        }
        xml = parsing(() -> factory.createXMLStreamReader(in));
    }

    /** Reads the next URL as it stands there; null after the last one. */
    @Nullable
    String next() throws IOException, XMLStreamException {
        while (parsing(xml::hasNext)) {
            int event = parsing(xml::next);
            if (event == XMLStreamConstants.END_ELEMENT && xml.getLocalName().equals("url")) {
                inUrl = false;
            }
            if (event == XMLStreamConstants.START_ELEMENT) {
                switch (xml.getLocalName()) {
                    case "sitemapindex" ->
                        throw new XMLStreamException("this is an index of sitemaps; give each of its files");
                    case "url" -> inUrl = true;
                    case "loc" -> {
                        if (inUrl) {
                            return parsing(xml::getElementText).strip();
                        }
                    }
                    default -> {}
                }
            }
        }
        return null;
    }

    /** Is one call of the parser. */
    private interface Parsing<T> {
        T call() throws XMLStreamException;
    }

    /**
     * Calls the parser, which ends on some malformed documents with an unchecked exception: with MissingResourceException, for
     * one, where the text of its own message is missing (JDK 17 to 25).
     */
    private static <T> T parsing(Parsing<T> call) throws IOException, XMLStreamException {
        try {
            return call.call();
        } catch (XMLStreamException e) {
            if (e.getNestedException() instanceof IOException unreadable) {
                throw unreadable;
            }
            throw e;
        } catch (RuntimeException e) {
            throw new XMLStreamException("the XML is malformed", e);
        }
    }
}
