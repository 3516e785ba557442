package dev.tally.it;

import static java.util.Objects.requireNonNull;

import dev.tally.StartsProcesses;
import dev.tally.broker.LocalBroker;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said when clients reach a broker but cannot work with it. */
@StartsProcesses
final class ConnectionTest {
  private static final int PLAIN = LocalBroker.drawPort();
  private static final int ELSEWHERE = LocalBroker.drawPort();
  private static final int TLS = LocalBroker.drawPort();
  private static final int SASL = LocalBroker.drawPort();
  private static final int CONTROLLER = LocalBroker.drawPort();
  private static final String HOST = "127.0.0.1:";

  @AutoClose private static @Nullable RunningBroker own;

  private final Path folder;

  @BeforeAll
  static void start(@TempDir Path keys) throws Exception {
    Path store = keys.resolve("store.p12");
    keytool(
        "-genkeypair",
        "-alias=broker",
        "-keyalg=RSA",
        "-storetype=PKCS12",
        "-keystore=" + store,
        "-storepass=secret1",
        "-dname=CN=localhost");
    own =
        RunningBroker.start(
            Release.asked(),
            Map.of(
                "controller.quorum.voters",
                "1@" + HOST + CONTROLLER,
                "listeners",
                ("PLAINTEXT://" + HOST + PLAIN)
                    + (",ELSEWHERE://" + HOST + ELSEWHERE)
                    + (",TLS://" + HOST + TLS)
                    + (",SASL://" + HOST + SASL)
                    + (",CONTROLLER://" + HOST + CONTROLLER),
                "advertised.listeners",
                ("PLAINTEXT://" + HOST + PLAIN)
                    + ",ELSEWHERE://kafka.internal.invalid:9092"
                    + (",TLS://" + HOST + TLS)
                    + (",SASL://" + HOST + SASL),
                "listener.security.protocol.map",
                "PLAINTEXT:PLAINTEXT,ELSEWHERE:PLAINTEXT,TLS:SSL,SASL:SASL_PLAINTEXT,"
                    + "CONTROLLER:PLAINTEXT",
                "inter.broker.listener.name",
                "PLAINTEXT",
                "ssl.keystore.location",
                store.toString(),
                "ssl.keystore.password",
                "secret1",
                "sasl.enabled.mechanisms",
                "PLAIN",
                "listener.name.sasl.plain.sasl.jaas.config",
                "org.apache.kafka.common.security.plain.PlainLoginModule required"
                    + " user_tally=\"secret1\";"),
            PLAIN);
  }

  private static void keytool(String... options) throws Exception {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    for (String option : options) {
      line.addAll(List.of(option.split("=", 2)));
    }
    Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
      throw new IllegalStateException(said);
    }
  }

  ConnectionTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private Outcome run(String command, int port, String... more) throws Exception {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                command,
                "--bootstrap.servers=" + HOST + port,
                "--admin.default.api.timeout.ms=2000",
                "--admin.request.timeout.ms=1000"));
    arguments.addAll(List.of(more));
    Path log = Files.createTempFile(folder, "instance-", ".log");
    // A client that expects plaintext takes the first bytes of TLS for a length of 352 MB.
    try (Instance instance = Instance.start(List.of("-Xmx1g"), arguments, log)) {
      return instance.awaitEnd();
    }
  }

  private Outcome rollingSum(int port, String... more) throws Exception {
    List<String> flags = new ArrayList<>(List.of("--state.dir=" + folder.resolve("state")));
    flags.addAll(List.of(more));
    return run("rolling-sum", port, flags.toArray(String[]::new));
  }

  @Test
  void anAddressThatTheBrokerSendsClientsOnToIsNamed() throws Exception {
    String[] named = {
      HOST + ELSEWHERE, "kafka.internal.invalid:9092", "does not resolve", "advertised.listeners"
    };
    rollingSum(ELSEWHERE).stopped(Outcome.KAFKA, named);
    run("verify", ELSEWHERE).stopped(Outcome.KAFKA, named);
    run("generate", ELSEWHERE, "--count=1").stopped(Outcome.KAFKA, named);
  }

  @Test
  void aPortThatSpeaksTlsIsToldFromOneThatIsSilent() throws Exception {
    rollingSum(TLS).stopped(Outcome.KAFKA, "speaks TLS", "--security.protocol=PLAINTEXT", "SSL");
    run("verify", TLS).stopped(Outcome.KAFKA, "speaks TLS", "--security.protocol");
    run("generate", TLS, "--count=1").stopped(Outcome.KAFKA, "speaks TLS", "--security.protocol");
  }

  @Test
  void tlsOnAPortThatSpeaksPlaintextIsNamed() throws Exception {
    rollingSum(PLAIN, "--security.protocol=SSL")
        .stopped(Outcome.KAFKA, "speaks plaintext", "--security.protocol=SSL", "PLAINTEXT");
  }

  @Test
  void aPortWhereClientsMustAuthenticateIsNamed() throws Exception {
    rollingSum(SASL)
        .stopped(Outcome.KAFKA, "authenticate", "--security.protocol=PLAINTEXT", "SASL_PLAINTEXT");
  }

  @Test
  void aWrongPasswordIsNotBlamedOnTheAddress() throws Exception {
    rollingSum(
            SASL,
            // However slow the machine is, it is the refusal that ends it, not a timeout.
            "--admin.default.api.timeout.ms=60000",
            "--admin.request.timeout.ms=30000",
            "--security.protocol=SASL_PLAINTEXT",
            "--sasl.mechanism=PLAIN",
            "--sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required"
                + " username=\"tally\" password=\"wrong\";")
        .stopped(Outcome.KAFKA, "refused to describe topic", "Authentication failed")
        .saysNot("Exception");
  }

  @Test
  void aCodecWhoseLibraryCannotBeLoadedStopsAtOnceAndIsNamed() throws Exception {
    Cluster kafka = requireNonNull(own).cluster();
    String input = "zstd-" + UUID.randomUUID();
    kafka.createTopic(input, 1, Map.of());
    try (KafkaProducer<byte[], byte[]> producer =
        kafka.producer(Map.of("compression.type", "zstd"))) {
      for (ProducerRecord<byte[], byte[]> row : Sales.rows(input, 0, 10)) {
        producer.send(row).get(20, TimeUnit.SECONDS);
      }
    }
    List<String> flags =
        List.of(
            "--bootstrap.servers=" + kafka.bootstrapServers(),
            "--input.topic=" + input,
            "--group.id=" + input,
            "--output.topic=out-" + input);
    List<String> rollingSum = new ArrayList<>(List.of("rolling-sum"));
    rollingSum.addAll(flags);
    rollingSum.add("--state.dir=" + folder.resolve("state"));
    List<String> verify = new ArrayList<>(List.of("verify"));
    verify.addAll(flags);
    for (List<String> arguments : List.of(rollingSum, verify)) {
      Path log = Files.createTempFile(folder, "instance-", ".log");
      try (Instance instance =
          Instance.start(List.of("-DZstdTempFolder=" + folder.resolve("none")), arguments, log)) {
        instance.awaitEnd().stopped(Outcome.DISK, "codec zstd", "java.io.tmpdir", "TALLY_OPTS");
      }
    }
  }
}
