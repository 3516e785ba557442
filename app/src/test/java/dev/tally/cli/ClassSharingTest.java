package dev.tally.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ClassSharingTest {
  @TempDir Path folder;

  @Test
  void loadsALibraryEvenIfSomeOfItsClassesNeedOthers() throws Exception {
    Path library =
        Path.of(KafkaConsumer.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    int loaded = ClassSharing.load(library);
    assertTrue(loaded > 3_000, loaded + " classes");
  }

  @Test
  void skipsWhatIsNotAClass() throws Exception {
    Path jar = folder.resolve("some.jar");
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file)) {
      out.putNextEntry(new JarEntry("java/lang/String.class"));
      out.putNextEntry(new JarEntry("META-INF/versions/21/java/lang/String.class"));
      out.putNextEntry(new JarEntry("not/There.class"));
      out.putNextEntry(new JarEntry("notes.txt"));
    }
    assertEquals(1, ClassSharing.load(jar));
  }
}
