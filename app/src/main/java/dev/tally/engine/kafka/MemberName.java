package dev.tally.engine.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * The name of one slot towards the brokers: its transactional.id, group.instance.id and client.id.
 * It is made of names that users give; brokers allow fewer characters in it than in a group's name.
 */
final class MemberName {
  /** What Kafka's JoinGroupRequest allows as a group.instance.id. */
  private static final Pattern LEGAL = Pattern.compile("[a-zA-Z0-9._-]{1,249}");

  private static final String ILLEGAL = "[^a-zA-Z0-9._-]";

  // Enough to recognise it by; with 16 digits of hash and a slot's number well within the limit.
  private static final int READABLE_MAX = 200;
  private static final int HASH_BYTES = 8;

  private MemberName() {}

  /**
   * The same at every start for the same three parts, and different for different ones. Where
   * brokers would refuse the plain name, illegal characters are replaced and a hash is added.
   */
  static String of(String groupId, String instanceId, int slot) {
    String place = groupId + "-" + instanceId;
    String plain = place + "-" + slot;
    if (LEGAL.matcher(plain).matches()) {
      return plain;
    }
    String readable = place.replaceAll(ILLEGAL, "_");
    return readable.substring(0, Math.min(readable.length(), READABLE_MAX))
        + "-"
        + hash(place)
        + "-"
        + slot;
  }

  private static String hash(String text) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
      return HexFormat.of().formatHex(digest, 0, HASH_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
