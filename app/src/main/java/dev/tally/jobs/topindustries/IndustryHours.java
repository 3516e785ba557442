package dev.tally.jobs.topindustries;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tally.job.Damaged;
import dev.tally.job.KeyedState;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;

/**
 * What rankings are made of: for each hour, the totals of the industries and the orders of all
 * customers. The totals of customers with one, two or more industries are kept apart, so that they
 * can be divided. All of it is in memory, as it grows with industries and not with customers.
 *
 * <p>Confined to the thread of its shard.
 */
final class IndustryHours {
  /**
   * An industry of customers that have so many.
   *
   * @param of how many industries those customers have
   */
  record Share(String industry, int of) {}

  // A node of a map with its key, its value and a number of some digits.
  private static final int ENTRY_BYTES = 200;
  private static final int SHARE_KEY_BYTES = 1 + Integer.BYTES + Short.BYTES;

  private final TreeMap<Integer, Map<Share, Total>> totals = new TreeMap<>();
  private final TreeMap<Integer, Long> orders = new TreeMap<>();
  private final TreeMap<String, Long> customers = new TreeMap<>();
  private long shares;

  private final Map<Integer, Set<Share>> unsavedShares = new HashMap<>();
  private final Set<Integer> unsavedOrders = new HashSet<>();
  private final Set<String> unsavedCustomers = new HashSet<>();
  private boolean cleared; // of industries, since the last save

  /**
   * Holds what is saved.
   *
   * @throws Damaged if that makes no sense
   */
  IndustryHours(KeyedState saved) {
    saved.scan(
        Keys.of(Keys.INDUSTRY_HOURS),
        Keys.of((byte) (Keys.INDUSTRIES + 1)),
        (key, value) -> {
          load(key, value);
          return true;
        });
  }

  private void load(byte[] key, byte[] value) {
    ByteBuffer rest = ByteBuffer.wrap(key, 1, key.length - 1);
    if (key[0] == Keys.INDUSTRY_HOURS && key.length > SHARE_KEY_BYTES) {
      int hour = rest.getInt();
      int of = rest.getShort();
      put(hour, new Share(UTF_8.decode(rest).toString(), of), Total.fromBytes(value));
      return;
    }
    if (key[0] == Keys.INDUSTRY_HOURS || value.length != Long.BYTES) {
      throw new Damaged("a saved number of " + value.length + " bytes");
    }
    long number = ByteBuffer.wrap(value).getLong();
    if (key[0] == Keys.INDUSTRIES) {
      customers.put(UTF_8.decode(rest).toString(), number);
    } else if (rest.remaining() == Integer.BYTES) {
      orders.put(rest.getInt(), number);
    } else {
      throw new Damaged("a saved hour under a key of " + key.length + " bytes");
    }
  }

  private void put(int hour, Share share, Total total) {
    Map<Share, Total> ofHour = totals.computeIfAbsent(hour, none -> new HashMap<>());
    if (total.orders() > 0) {
      shares += ofHour.put(share, total) == null ? 1 : 0;
    } else {
      shares -= ofHour.remove(share) == null ? 0 : 1;
    }
  }

  /** Counts an order of any customer. */
  void countOrder(int hour) {
    orders.merge(hour, 1L, Long::sum);
    unsavedOrders.add(hour);
  }

  /** Adds to the totals of all industries of a customer. */
  void add(int hour, List<String> industries, Total more) {
    for (String industry : industries) {
      Share share = new Share(industry, industries.size());
      change(hour, share, total(hour, share).plus(more));
    }
  }

  /** Takes from them what was added. */
  void remove(int hour, List<String> industries, Total less) {
    for (String industry : industries) {
      Share share = new Share(industry, industries.size());
      change(hour, share, total(hour, share).minus(less));
    }
  }

  private Total total(int hour, Share share) {
    return totals.getOrDefault(hour, Map.of()).getOrDefault(share, Total.NONE);
  }

  private void change(int hour, Share share, Total total) {
    if (total.orders() < 0) {
      throw new Damaged("a total of " + total.orders() + " orders in " + share);
    }
    put(hour, share, total);
    unsavedShares.computeIfAbsent(hour, none -> new HashSet<>()).add(share);
  }

  /**
   * Notes that a customer has come to some industries, or has left them.
   *
   * @param by 1 or -1
   */
  void countCustomer(List<String> industries, int by) {
    for (String industry : industries) {
      customers.merge(industry, (long) by, Long::sum);
      customers.remove(industry, 0L);
      unsavedCustomers.add(industry);
    }
  }

  /** Forgets all industries, but not the orders. */
  void clearIndustries() {
    totals.clear();
    customers.clear();
    shares = 0;
    unsavedShares.clear();
    unsavedCustomers.clear();
    cleared = true;
  }

  /** Forgets the hours before this one. */
  void forgetBefore(int hour) {
    SortedMap<Integer, Map<Share, Total>> past = totals.headMap(hour);
    for (Map<Share, Total> ofHour : past.values()) {
      shares -= ofHour.size();
    }
    past.clear();
    orders.headMap(hour).clear();
    unsavedShares.keySet().removeIf(each -> each < hour);
    unsavedOrders.removeIf(each -> each < hour);
  }

  /** The first hour that has orders. */
  OptionalInt firstHour() {
    return orders.isEmpty() ? OptionalInt.empty() : OptionalInt.of(orders.firstKey());
  }

  /** The industries that any customer has, by name. */
  SortedSet<String> industries() {
    return customers.navigableKeySet();
  }

  /** All industries by name, with their customers and orders. */
  List<SavedIndustry> summary() {
    Map<String, Long> ofIndustries = new HashMap<>();
    for (Map<Share, Total> ofHour : totals.values()) {
      ofHour.forEach(
          (share, total) -> ofIndustries.merge(share.industry(), total.orders(), Long::sum));
    }
    return customers.entrySet().stream()
        .map(
            each ->
                new SavedIndustry(
                    each.getKey(), each.getValue(), ofIndustries.getOrDefault(each.getKey(), 0L)))
        .toList();
  }

  /** The totals of the hours in [from, to). */
  SortedMap<Integer, Map<Share, Total>> totals(int from, int to) {
    return totals.subMap(from, to);
  }

  /** Whether there are orders in the hours of [from, to). */
  boolean anyOrders(int from, int to) {
    return !orders.subMap(from, to).isEmpty();
  }

  /**
   * Adds to a batch what has changed; it counts as saved from now on.
   *
   * @param keptFrom hours before it are deleted
   */
  void save(KeyedState.Batch batch, int keptFrom) {
    int deletedTo = cleared ? Integer.MAX_VALUE : keptFrom;
    batch.deleteRange(Keys.of(Keys.INDUSTRY_HOURS), Keys.of(Keys.INDUSTRY_HOURS, deletedTo));
    batch.deleteRange(Keys.of(Keys.HOURS), Keys.of(Keys.HOURS, keptFrom));
    if (cleared) {
      batch.deleteRange(Keys.of(Keys.INDUSTRIES), Keys.of((byte) (Keys.INDUSTRIES + 1)));
    }
    unsavedShares.forEach((hour, changed) -> changed.forEach(share -> save(hour, share, batch)));
    unsavedOrders.forEach(hour -> batch.put(Keys.of(Keys.HOURS, hour), number(orders, hour)));
    for (String industry : unsavedCustomers) {
      byte[] key = Keys.of(Keys.INDUSTRIES, Keys.utf8(industry));
      if (customers.containsKey(industry)) {
        batch.put(key, number(customers, industry));
      } else {
        batch.delete(key);
      }
    }
    unsavedShares.clear();
    unsavedOrders.clear();
    unsavedCustomers.clear();
    cleared = false;
  }

  private void save(int hour, Share share, KeyedState.Batch batch) {
    byte[] name = Keys.utf8(share.industry());
    byte[] key =
        ByteBuffer.allocate(SHARE_KEY_BYTES + name.length)
            .put(Keys.INDUSTRY_HOURS)
            .putInt(hour)
            .putShort((short) share.of())
            .put(name)
            .array();
    Total total = total(hour, share);
    if (total.orders() > 0) {
      batch.put(key, total.toBytes());
    } else {
      batch.delete(key);
    }
  }

  private static <K> byte[] number(Map<K, Long> numbers, K key) {
    return ByteBuffer.allocate(Long.BYTES).putLong(numbers.getOrDefault(key, 0L)).array();
  }

  /** An estimate of the bytes of memory held. */
  long memoryBytes() {
    return (shares + orders.size() + customers.size()) * ENTRY_BYTES;
  }
}
