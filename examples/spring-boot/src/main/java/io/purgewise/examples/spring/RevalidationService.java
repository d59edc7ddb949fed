package io.purgewise.examples.spring;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Runs a service whose webhook a CMS calls when content changed. */
@SpringBootApplication
public class RevalidationService {

    /** Starts the service. */
    public static void main(String[] args) {
        SpringApplication.run(RevalidationService.class, args);
    }
}
