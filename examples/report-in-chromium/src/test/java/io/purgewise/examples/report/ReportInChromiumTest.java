package io.purgewise.examples.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.Rectangle;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;

/** Drives a report that the packed tool drew, in headless Chromium; its screenshots are left for a person to look at. */
class ReportInChromiumTest {

    @TempDir
    private static Path folder;

    private static ChromeDriver browser;

    @BeforeAll
    static void drawAndOpen() throws IOException, InterruptedException {
        Path report = folder.resolve("report.html");
        ShopPlan.drawInto(folder, report);
        browser = Chromium.start();
        browser.get(report.toUri().toString());
    }

    @AfterAll
    static void close() {
        browser.quit();
    }

    @BeforeEach
    void startAtTheRoot() {
        show(1_000, "light");
        browser.navigate().refresh();
    }

    @ParameterizedTest
    @CsvSource({"400, light", "400, dark", "1600, light", "1600, dark"})
    void thePageFitsAndItsTextIsReadable(int width, String colours) throws IOException {
        show(width, colours);
        browser.navigate().refresh();
        keep("report-" + width + "-" + colours + ".png");

        assertThat(number("return document.documentElement.scrollWidth")).isLessThanOrEqualTo(width);
        for (String text : List.of("h1", "#lead", ".tile b", ".tile span", "#legend li", "#note", "th", "td")) {
            assertThat(contrast(text)).as("contrast of %s", text).isGreaterThan(4.5); // WCAG 2.2, level AA
        }
        assertThat(cells())
                .allSatisfy(cell -> assertThat(cell.getRect().getHeight()).isGreaterThan(20));
        assertThat(browser.findElements(By.cssSelector("#items tbody td")))
                .isNotEmpty()
                .allSatisfy(cell -> {
                    Rectangle place = cell.getRect();
                    assertThat(place.getX() + place.getWidth()).isLessThanOrEqualTo(width);
                });
    }

    @Test
    void theHeadlineLeadsAndSiteBuildAndDateAreNamed() {
        assertThat(browser.findElement(By.tagName("h1")).getText()).isEqualTo("$0.065 instead of $0.425");
        assertThat(browser.findElement(By.id("about")).getText())
                .matches("shop\\.example · build B1 · \\d+ \\w+ \\d{4}, \\d\\d:\\d\\d UTC");
        assertThat(browser.getTitle()).startsWith("$0.065 instead of $0.425: shop.example · build B1");
    }

    @Test
    void theAxesSayWhatTheyMeasure() {
        assertThat(browser.findElements(By.cssSelector(".axis text")))
                .extracting(WebElement::getText)
                .contains(
                        "share of the site, by weight of known URLs",
                        "items in the plan (square-root scale)",
                        "collateral (square-root scale)");
    }

    @Test
    void aBoxOpensItsPartAndTheTrailLeadsBack() {
        cell("/en/products").click();

        assertThat(trail()).containsExactly("the site", "/en", "/products");
        assertThat(cells()).noneSatisfy(cell -> assertThat(path(cell)).isEqualTo("/fr"));

        browser.findElements(By.cssSelector("#crumbs button")).get(0).click();
        assertThat(trail()).containsExactly("the site");
        assertThat(cells()).anySatisfy(cell -> assertThat(path(cell)).isEqualTo("/fr"));
    }

    @Test
    void theKeyboardOpensABoxToo() {
        cell("/fr").sendKeys(Keys.ENTER);
        assertThat(trail()).containsExactly("the site", "/fr");
        assertThat(note()).startsWith("/fr: 132 by weight; ");
    }

    @Test
    void pointingAtABoxTellsWhatBecomesOfIt() {
        new Actions(browser).moveToElement(cell("/en/blog")).perform();
        assertThat(note()).isEqualTo("/en/blog: 12 by weight; 12 not touched");
    }

    @Test
    void thePlanIsMarkedAmongItsAlternatives() {
        assertThat(browser.findElements(By.cssSelector(".dot.chosen"))).hasSize(1);
        assertThat(frontierNote()).endsWith(": this plan");

        WebElement other = browser.findElement(By.cssSelector(".dot:not(.chosen)"));
        new Actions(browser).moveToElement(other).perform();
        assertThat(frontierNote()).contains(" items, $").doesNotContain("this plan");
    }

    @Test
    void thePageAsksForNothingAndReportsNoError() {
        assertThat(number("return performance.getEntriesByType('resource').length"))
                .isZero();
        List<LogEntry> errors = browser.manage().logs().get(LogType.BROWSER).getAll().stream()
                .filter(entry -> entry.getLevel().intValue() >= Level.SEVERE.intValue())
                .toList();
        assertThat(errors).isEmpty();
    }

    private static void show(int width, String colours) {
        browser.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", 1_200, "deviceScaleFactor", 1, "mobile", false));
        browser.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", colours))));
    }

    private static void keep(String name) throws IOException {
        Path kept = Files.createDirectories(Path.of(System.getProperty("screenshots")));
        Files.write(kept.resolve(name), browser.getScreenshotAs(OutputType.BYTES));
    }

    private static List<WebElement> cells() {
        return browser.findElements(By.cssSelector("#icicle .cell"));
    }

    private static WebElement cell(String path) {
        return browser.findElement(By.cssSelector("#icicle .cell[data-path='" + path + "']"));
    }

    private static String path(WebElement cell) {
        return String.valueOf(cell.getDomAttribute("data-path"));
    }

    private static List<String> trail() {
        return browser.findElements(By.cssSelector("#crumbs button")).stream()
                .map(WebElement::getText)
                .toList();
    }

    private static String note() {
        return browser.findElement(By.id("note")).getText();
    }

    private static String frontierNote() {
        return browser.findElement(By.id("frontier-note")).getText();
    }

    private static double number(String script, Object... arguments) {
        return assertThat(browser.executeScript(script, arguments))
                .asInstanceOf(type(Number.class))
                .actual()
                .doubleValue();
    }

    /** Returns the contrast of an element's text with what lies behind it, by WCAG's formula. */
    private static double contrast(String selector) {
        return number("""
                const rgb = text => text.match(/[\\d.]+/g).map(Number);
                const light = colour => {
                  const [r, g, b] = rgb(colour).map(c => c / 255).map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
                  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
                };
                const element = document.querySelector(arguments[0]);
                let behind = element;
                while (rgb(getComputedStyle(behind).backgroundColor)[3] === 0) behind = behind.parentElement;
                const [low, high] = [light(getComputedStyle(element).color), light(getComputedStyle(behind).backgroundColor)].sort();
                return (Math.max(low, high) + 0.05) / (Math.min(low, high) + 0.05);
                """, selector);
    }
}
