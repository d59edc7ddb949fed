package io.purgewise.examples.tool;

import java.nio.file.Files;
import java.nio.file.Path;

/** Reports that something outside the command line is missing that the command needs; nothing was done. */
final class SettingException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    SettingException(String message) {
        super(message);
    }

    /** Checks, before anything is done, that a file or folder can be read. */
    static Path checkReadable(Path path) {
        if (!Files.isReadable(path)) {
            throw new SettingException(path
                    + (Files.exists(path)
                            ? " may not be read; check its permissions"
                            : " does not exist; check the path"));
        }
        return path;
    }
}
