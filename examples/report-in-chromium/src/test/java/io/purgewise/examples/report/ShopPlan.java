package io.purgewise.examples.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A shop in two languages of which some products changed. */
final class ShopPlan {

    private ShopPlan() {}

    static void drawInto(Path folder, Path report) throws IOException, InterruptedException {
        Path plan = Files.writeString(folder.resolve("plan.json"), problem());
        Path jar = Path.of(System.getProperty("purgewise.jar"));
        assertThat(jar)
                .as("the packed tool; run this in a whole build: mvn -Pbrowser verify")
                .exists();
        Process tool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-jar",
                        jar.toString(),
                        "report",
                        plan.toString(),
                        "-o",
                        report.toString(),
                        "--site",
                        "shop.example",
                        "--build",
                        "B1")
                .inheritIO()
                .start();
        assertThat(tool.waitFor()).as("exit code of the tool").isZero();
    }

    private static String problem() {
        List<String> known = new ArrayList<>();
        List<String> changed = new ArrayList<>();
        for (String locale : List.of("en", "fr")) {
            for (int category = 1; category <= 6; category++) {
                for (int product = 1; product <= 20; product++) {
                    String url = "/" + locale + "/products/" + category + "/" + product;
                    known.add(url);
                    if (category == 2 || (category == 3 && product > 2) || (category < 5 && product % 7 == 0)) {
                        changed.add(url);
                    }
                }
            }
            for (int post = 1; post <= 12; post++) {
                known.add("/" + locale + "/blog/" + post);
            }
        }
        known.add("/about");
        changed.add("/about");
        return """
                {"requirements":[%s],"known":[%s],"pathPrice":5000,"freePaths":0,"refillPrice":2000,"maxWildcards":15,
                 "maxCollateral":1000000,"protected":[],"granularity":"SEGMENT"}""".formatted(
                String.join(",", changed.stream().map(url -> '"' + url + '"').toList()),
                String.join(
                        ",", known.stream().map(url -> "[\"" + url + "\",1]").toList()));
    }
}
