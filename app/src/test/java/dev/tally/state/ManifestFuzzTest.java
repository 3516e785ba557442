package dev.tally.state;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.fuzz.FuzzTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The note about the MANIFEST, and the file CURRENT, whatever bytes they hold. */
final class ManifestFuzzTest implements FuzzTarget {
  private final Path folder;

  ManifestFuzzTest() throws IOException {
    folder = Files.createTempDirectory("tally-manifest");
    folder.toFile().deleteOnExit();
    Path manifest = Files.write(folder.resolve("MANIFEST-000005"), new byte[77]);
    manifest.toFile().deleteOnExit();
    folder.resolve("CURRENT").toFile().deleteOnExit();
  }

  @Override
  public int inputs() {
    return 2_000;
  }

  @Override
  public List<byte[]> seeds() {
    return List.of(
        new Manifest(5, 77).toBytes(),
        new Manifest(-1, 0).toBytes(),
        "MANIFEST-000005\n".getBytes(UTF_8),
        new byte[0]);
  }

  @Override
  public List<String> tokens() {
    return List.of(
        "MANIFEST-", "000005", "\n", "/", "..", "\u0000", "\u0661", "999999999999999999");
  }

  @Override
  public boolean accepts(byte[] input) throws IOException {
    Files.write(folder.resolve("CURRENT"), input);
    Manifest current = Manifest.in(folder);
    assertTrue(current.number() >= -1 && current.bytes() >= 0, current.toString());
    try {
      assertArrayEquals(input, Manifest.read(input).toBytes());
      return true;
    } catch (IllegalArgumentException e) {
      assertTrue(String.valueOf(e.getMessage()).contains("bytes"), e.getMessage());
      return current.number() == 5;
    }
  }
}
