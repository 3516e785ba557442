package dev.tally.load;

import dev.tally.Causes;
import dev.tally.Stop;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPInputStream;

/** A file that may be compressed with gzip, which its first two bytes tell. */
public final class InputFile {
  static final int BUFFER_BYTES = 1 << 16;
  private static final int GZIP_FIRST = 0x1f;
  private static final int GZIP_SECOND = 0x8b;

  private InputFile() {}

  /**
   * Checks that there is such a file, so that a wrong name is refused before anything is connected.
   *
   * @throws Stop if there is none, or it cannot be read
   */
  public static void requireReadable(Path file) {
    if (Files.isDirectory(file)) {
      throw Stop.usage("%s is a folder; name the files in it, as in %s/*.", file, file);
    }
    if (!Files.exists(file)) {
      throw Stop.usage("%s does not exist.", file);
    }
    if (!Files.isReadable(file)) {
      throw Stop.usage("%s cannot be read: permission denied.", file);
    }
  }

  /**
   * Opens a file.
   *
   * @param bytesRead advances by what is read of the file itself, compressed or not
   */
  public static InputStream open(Path file, AtomicLong bytesRead) throws IOException {
    InputStream counted = new Counting(Files.newInputStream(file), bytesRead);
    BufferedInputStream in = new BufferedInputStream(counted, BUFFER_BYTES);
    try {
      in.mark(2);
      boolean compressed = in.read() == GZIP_FIRST && in.read() == GZIP_SECOND;
      in.reset();
      return compressed ? new GZIPInputStream(in, BUFFER_BYTES) : in;
    } catch (IOException e) {
      in.close();
      throw e;
    }
  }

  /** What kept a file from being read, in words. */
  public static String words(IOException e) {
    return e instanceof EOFException ? "the compressed data ends early" : Causes.of(e);
  }

  private static final class Counting extends FilterInputStream {
    private final AtomicLong bytesRead;

    Counting(InputStream in, AtomicLong bytesRead) {
      super(in);
      this.bytesRead = bytesRead;
    }

    /**
     * A stream of gzip looks for another member only if something is available, which a pipe cannot
     * tell; at the end it finds none.
     */
    @Override
    public int available() {
      return 1;
    }

    @Override
    public int read() throws IOException {
      int read = super.read();
      bytesRead.addAndGet(read < 0 ? 0 : 1);
      return read;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int read = super.read(bytes, offset, length);
      bytesRead.addAndGet(Math.max(0, read));
      return read;
    }
  }
}
