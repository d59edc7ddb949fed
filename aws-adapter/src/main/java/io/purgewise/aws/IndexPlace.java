package io.purgewise.aws;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.UUID;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;

/** Is where an index is kept between two processes: written as a whole or not at all, so that no reader sees half of one. */
sealed interface IndexPlace {

    /** Reads what stands there; empty if nothing does. */
    Optional<byte[]> read();

    /** Puts an index there, over what stands. */
    void write(byte[] bytes);

    /** Is a local file. */
    record OfFile(Path file) implements IndexPlace {

        @Override
        public Optional<byte[]> read() {
            try {
                return Optional.of(Files.readAllBytes(file));
            } catch (NoSuchFileException none) {
                return Optional.empty();
            } catch (IOException e) {
                throw new IndexFileException(toString(), "cannot be read (" + FileErrors.text(e) + ")", e);
            }
        }

        @Override
        public void write(byte[] bytes) {
            Path absolute = file.toAbsolutePath();
            // A name of its own, made anew: no other saver writes there, and no link that stands there is followed.
            Path part = absolute.resolveSibling(absolute.getFileName() + "." + UUID.randomUUID() + ".part");
            try {
                Files.write(part, bytes, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                Files.move(part, absolute, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            } catch (IOException e) {
                IndexFileException failure = new IndexFileException(
                        toString(), "cannot be written (" + FileErrors.text(e) + "); check folder and space", e);
                try {
                    Files.deleteIfExists(part);
                } catch (IOException stays) {
                    failure.addSuppressed(stays);
                }
                throw failure;
            }
        }

        @Override
        public String toString() {
            return file.toString();
        }
    }

    /** Is an object in S3. */
    record OfObject(S3Client client, String bucket, String key) implements IndexPlace {

        @Override
        public Optional<byte[]> read() {
            try {
                return Optional.of(
                        client.getObjectAsBytes(get -> get.bucket(bucket).key(key))
                                .asByteArray());
            } catch (NoSuchKeyException none) {
                return Optional.empty();
            } catch (SdkException e) {
                throw CacheErrors.failure("reading " + key + " in bucket", bucket, e);
            }
        }

        @Override
        public void write(byte[] bytes) {
            CacheErrors.calling(
                    "writing " + key + " to bucket",
                    bucket,
                    () -> client.putObject(put -> put.bucket(bucket).key(key), RequestBody.fromBytes(bytes)));
        }

        @Override
        public String toString() {
            return "s3://" + bucket + "/" + key;
        }
    }
}
