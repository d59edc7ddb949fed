package io.purgewise.aws;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Says in words why a file cannot be read or written. */
final class FileErrors {

    private FileErrors() {}

    static String text(IOException failure) {
        if (failure instanceof NoSuchFileException || failure instanceof FileNotFoundException) {
            return "there is no such file or folder; check the path";
        }
        if (failure instanceof AccessDeniedException) {
            return "it may not be touched; check its permissions";
        }
        if (failure instanceof CharacterCodingException) {
            return "it is not in UTF-8";
        }
        String reason = failure instanceof FileSystemException system ? system.getReason() : failure.getMessage();
        return reason == null ? "an error of the file system; check the path" : Excerpt.of(reason) + "; check the path";
    }
}
