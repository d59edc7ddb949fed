/**
 * Shows Purgewise at work, on emulators and offline.
 *
 * <ul>
 *   <li>{@link io.purgewise.examples.MainJob}: five changes of a real build, what each cost, and what readers got
 *   <li>{@link io.purgewise.examples.PlainJava}: a tag and a page from plain Java
 *   <li>{@link io.purgewise.examples.BatchImport}: an import that ends in one plan
 *   <li>{@link io.purgewise.examples.TwoInstances}: an outbox that two instances share
 *   <li>{@link io.purgewise.examples.ProductWebhook}: code of your own, and its test with the testkit
 *   <li>{@code examples/spring-boot}: a Spring Boot service that a CMS calls
 *   <li>{@code examples/lambda}: an AWS Lambda function
 * </ul>
 *
 * <p>{@code mvn -q compile exec:java -Dexec.mainClass=io.purgewise.examples.PlainJava} runs one of them.
 */
@NullMarked
package io.purgewise.examples;

import org.jspecify.annotations.NullMarked;
