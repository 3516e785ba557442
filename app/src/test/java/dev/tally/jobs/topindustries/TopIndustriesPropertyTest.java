package dev.tally.jobs.topindustries;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.tally.fuzz.Orders;
import dev.tally.job.DeadLetterReason;
import dev.tally.job.Source;
import dev.tally.job.StageLife;
import dev.tally.jobs.topindustries.TopIndustries.RankBy;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Both stages over histories that a seed decides: sources that are skewed, silent or shuffled,
 * orders that repeat or are in conflict, customers that come late or change, crashes with and
 * without the disk, ticks whenever nothing comes. What is told is what {@link Recount} finds in the
 * orders that have reached the second stage by then.
 */
final class TopIndustriesPropertyTest {
  private static final int HISTORIES = Integer.getInteger("tally.industries.histories", 400);
  private static final long FIRST = Long.getLong("tally.industries.from", 1);
  private static final Instant EPOCH = Instant.parse("2023-03-09T17:45:36Z");
  private static final Duration FUTURE_MAX = Duration.ofHours(1);
  private static final List<String> INDUSTRIES =
      List.of("Agriculture", "Colours", "Food", "Oil&Gas", "\u0416\u0438\u0440");

  private static final class History {
    private final Random random;
    private final int partitions;
    private final TopIndustries settings;
    private final boolean past; // event time is far from record timestamps
    private final boolean orderly; // nothing comes late or in conflict
    private final int stepSeconds;
    private final int tablePartitions;
    private final List<StageLife> sources = new ArrayList<>();
    private final StageLife rank;

    // What was produced.
    private final List<Recount.Came> orders = new ArrayList<>();
    private final Set<String> accepted = new HashSet<>(); // partition and offset
    private final Map<String, DeadLetterReason> refused = new HashMap<>();
    private final Map<UUID, Set<String>> customers = new HashMap<>();
    private final Map<Long, Map<UUID, Set<String>>> customersAt = new HashMap<>(); // by tableEnds

    // What came out, once it was committed.
    private final Recount recount;
    private final Map<Long, Recount.Came> conflicts = new TreeMap<>(); // by offset of the fact
    private final Set<Long> conflictLetters = new HashSet<>();
    private final Map<String, DeadLetterReason> letters = new HashMap<>();
    private final TreeMap<Instant, List<String>> told = new TreeMap<>();
    private int recounted; // records of the second stage
    private List<String> expected = List.of(); // as of the last hour told

    private final long[] silentSince; // by stage: partitions, then rank
    private final Instant[] eventTimes;
    private Instant now;

    History(long seed) {
      random = new Random(seed * 0x9E3779B97F4A7C15L);
      partitions = 1 + random.nextInt(3);
      past = random.nextBoolean();
      orderly = !past && random.nextInt(3) == 0;
      stepSeconds = new int[] {1_000, 1_000, 1_000, 5_000, 5_000, 30_000}[random.nextInt(6)];
      settings =
          new TopIndustries(
              Duration.ofSeconds(random.nextInt(2) * 5L),
              Duration.ofMinutes(new int[] {0, 90, 1440, 2880}[random.nextInt(4)]),
              past && random.nextInt(4) == 0 ? Optional.empty() : Optional.of(FUTURE_MAX),
              random.nextBoolean() ? RankBy.ABSOLUTE : RankBy.RELATIVE,
              random.nextBoolean(),
              false);
      recount = new Recount(settings);
      now = past ? EPOCH.plus(Duration.ofDays(900)) : EPOCH;
      silentSince = new long[partitions + 1];
      Arrays.fill(silentSince, now.toEpochMilli());
      eventTimes = new Instant[partitions];
      rank = new StageLife(settings.rank(), new Source(2, 2, 0, 1), ranked());
      tablePartitions = 1 + random.nextInt(2);
      rank.withTable(tablePartitions);
      for (int i = 0; i < partitions; i++) {
        eventTimes[i] = EPOCH.plusSeconds(random.nextInt(4) * (long) random.nextInt(200_000));
        sources.add(new StageLife(settings.orders(), new Source(1, 1, i, partitions), facts(i)));
      }
      customersAt.put(0L, Map.of());
    }

    private StageLife.Sink facts(int partition) {
      return new StageLife.Sink() {
        @Override
        public void answer(int topic, byte @Nullable [] key, byte[] value) {
          rank.append(value, now.toEpochMilli(), random.nextInt(2));
          silentSince[partitions] = now.toEpochMilli();
        }

        @Override
        public void deadLetter(StageLife.Rec record, DeadLetterReason reason) {
          assertEquals(null, letters.put(partition + "@" + record.offset(), reason));
        }
      };
    }

    private StageLife.Sink ranked() {
      return new StageLife.Sink() {
        @Override
        public void answer(int topic, byte @Nullable [] key, byte[] value) {
          throw new AssertionError("the other one is called");
        }

        @Override
        public void answer(
            StageLife.@Nullable Rec current, int topic, byte @Nullable [] key, byte[] value) {
          recountTo(current == null ? rank.committed() : current.offset());
          take(new String(requireNonNull(key), UTF_8), new String(value, UTF_8));
        }

        @Override
        public void deadLetter(StageLife.Rec record, DeadLetterReason reason) {
          assertEquals(DeadLetterReason.CONFLICT, reason);
          assertTrue(conflictLetters.add(record.offset()), "a second letter");
        }
      };
    }

    /** Takes the facts before an offset into account. */
    private void recountTo(long offset) {
      List<StageLife.Rec> log = rank.log();
      while (recounted < log.size() && log.get(recounted).offset() < offset) {
        StageLife.Rec record = log.get(recounted++);
        if (record.value().get(0) == Fact.KIND) {
          Order order = Fact.read(record.value().duplicate()).order();
          Recount.Came came =
              new Recount.Came(order.orderId(), order.customerId(), order.amount(), order.time());
          if (recount.conflicts(came)) {
            conflicts.put(record.offset(), came);
          }
        }
      }
    }

    private void take(String key, String value) {
      int slash = key.indexOf('/');
      Instant hour = Instant.parse(key.substring(0, slash));
      List<String> ranks = told.computeIfAbsent(hour, none -> new ArrayList<>());
      ranks.add(value);
      assertEquals(key.substring(slash + 1), ranks.size() + "", "the rank of " + value);
      if (checked(hour)) {
        requireRank(value);
      }
    }

    /** Whether an hour is compared: not all of them are, for the sake of time. */
    private boolean checked(Instant hour) {
      return told.size() < 30 || (hour.getEpochSecond() / 3600 + partitions) % 6 == 0;
    }

    private void requireRank(String value) {
      JsonObject answer = JsonParser.parseString(value).getAsJsonObject();
      Instant hour = Instant.parse(answer.get("agg_date").getAsString());
      int rank = answer.get("rank").getAsInt();
      if (rank == 1) {
        long offset = answer.get("customers_offset").getAsLong();
        expected = recount.ranking(hour, requireNonNull(customersAt.get(offset)));
      }
      assertEquals(expected.get(rank - 1), text(answer), value);
    }

    private static String text(JsonObject answer) {
      List<String> parts = new ArrayList<>(List.of(answer.get("industry").getAsString()));
      for (String name : List.of("24h_value", "30d_avg", "delta", "change")) {
        String number = answer.get(name).toString();
        assertTrue(number.matches("null|-?\\d+\\.(\\d|\\d*[1-9])"), number);
        parts.add(number.equals("null") ? number : Recount.plain(new BigDecimal(number)));
      }
      parts.add(answer.get("orders").getAsString());
      parts.add(answer.get("days").getAsString());
      return String.join(" ", parts);
    }

    private UUID customer() {
      return new UUID(7, random.nextInt(12));
    }

    private void changeCustomer(UUID customer, boolean atLeastOne) {
      Set<String> industries = new TreeSet<>();
      for (int i = random.nextInt(4); i > 0 || (atLeastOne && industries.isEmpty()); i--) {
        industries.add(INDUSTRIES.get(random.nextInt(INDUSTRIES.size())));
      }
      String row = "{\"customer_id\":\"" + customer + "\",\"industries\":[";
      row += String.join(",", industries.stream().map(name -> '"' + name + '"').toList()) + "]}";
      boolean delete = !atLeastOne && random.nextInt(8) == 0;
      int partition = (int) customer.getLeastSignificantBits() % tablePartitions;
      rank.appendRow(
          partition,
          customer.toString().getBytes(UTF_8),
          delete ? null : row.getBytes(UTF_8),
          random.nextInt(3) / 2);
      customers.put(customer, delete ? Set.of() : industries);
      customersAt.put(rank.tableEnds(), Map.copyOf(customers));
    }

    private void produce() {
      int partition = random.nextInt(partitions);
      for (int i = 1 + random.nextInt(12); i > 0; i--) {
        if (past) {
          eventTimes[partition] = eventTimes[partition].plusSeconds(random.nextInt(stepSeconds));
          now = now.plusMillis(1);
        } else {
          now = now.plusMillis(random.nextInt(stepSeconds * 800));
        }
        produce(partition, random.nextInt(100));
      }
      silentSince[partition] = now.toEpochMilli();
      while (orderly && !sources.get(partition).atEnd()) { // before others leave it behind
        sources.get(partition).compute(5);
        sources.get(partition).commit();
      }
    }

    private void produce(int partition, int what) {
      Instant time = past ? eventTimes[partition] : now;
      if (past && stepSeconds < 5_000 && random.nextBoolean()) {
        time = time.minusSeconds(random.nextInt(200_000)); // shuffled
      }
      UUID orderId = new UUID(random.nextLong(), random.nextLong());
      Recount.Came order = new Recount.Came(orderId, customer(), amount(), time);
      Recount.Came other = orders.isEmpty() ? order : orders.get(random.nextInt(orders.size()));
      if (what < 2) {
        append(partition, "{\"order_id\":7}", DeadLetterReason.UNREADABLE);
        return;
      }
      if (what < 12) {
        order = other;
      } else if (what < 22 && !orderly) {
        order = inConflictWith(other);
      } else if (what == 22 && settings.futureMax().isPresent()) {
        order = new Recount.Came(orderId, customer(), amount(), now.plusSeconds(3_601));
      } else {
        orders.add(order);
      }
      String json =
          Orders.of(order.orderId(), order.customerId(), order.amount(), order.time(), random)
              .json();
      boolean future =
          settings.futureMax().isPresent() && order.time().isAfter(now.plus(FUTURE_MAX));
      append(partition, json, future ? DeadLetterReason.FUTURE : null);
    }

    private Recount.Came inConflictWith(Recount.Came order) {
      UUID customer = random.nextBoolean() ? order.customerId() : customer();
      BigDecimal amount = random.nextBoolean() ? order.amount() : amount();
      long seconds = random.nextInt(3) == 0 ? 0 : random.nextInt(2 * 86_400) - 86_400;
      Instant time = order.time().plusSeconds(random.nextInt(4) == 0 ? 6 * seconds : seconds);
      return new Recount.Came(order.orderId(), customer, amount, time);
    }

    private BigDecimal amount() {
      BigDecimal amount = Orders.amount(random).stripTrailingZeros();
      return amount.setScale(Math.max(0, amount.scale()));
    }

    private void append(int partition, String json, @Nullable DeadLetterReason refusal) {
      StageLife source = sources.get(partition);
      source.append(json.getBytes(UTF_8), now.toEpochMilli(), random.nextInt(20) == 0 ? 1 : 0);
      String place = partition + "@" + source.log().get(source.log().size() - 1).offset();
      if (refusal == null) {
        accepted.add(place);
      } else {
        refused.put(place, refusal);
      }
    }

    private StageLife stage(int number) {
      return number < partitions ? sources.get(number) : rank;
    }

    private void work(int number) {
      StageLife stage = stage(number);
      stage.readTable();
      if (stage.atEnd()) {
        long silent = now.toEpochMilli() - silentSince[number];
        if (silent >= 1000) {
          stage.tick(silent);
        }
        return;
      }
      stage.compute(1 + random.nextInt(random.nextBoolean() ? 60 : 3));
      if (random.nextInt(12) == 0) {
        crash(number);
        return;
      }
      stage.commit();
      if (random.nextInt(3) == 0) {
        stage.save();
      }
    }

    private void crash(int number) {
      if (random.nextInt(3) == 0) {
        stage(number).compactTable();
      }
      stage(number).crash(random.nextInt(3) == 0);
      silentSince[number] = now.toEpochMilli();
    }

    void run() {
      changeCustomer(new UUID(7, 99), /* atLeastOne= */ true); // so that each hour has an answer
      rank.readTable();
      for (int i = 100 + random.nextInt(150); i > 0; i--) {
        switch (random.nextInt(12)) {
          case 0, 1 -> produce();
          case 2 ->
              now = now.plusMillis(random.nextInt(random.nextInt(20) == 0 ? 7_000_000 : 3000));
          case 3 -> changeCustomer(customer(), false);
          case 4 -> {
            if (random.nextInt(5) == 0) {
              crash(random.nextInt(partitions + 1));
            }
          }
          default -> work(random.nextInt(partitions + 1));
        }
      }
      quiet();
      requireAll();
    }

    private void quiet() {
      for (int round = 0; round < 24; round++) {
        now = now.plus(Duration.ofSeconds(round < 12 ? 1 : 30_000));
        for (int number = 0; number <= partitions; number++) {
          stage(number).readTable();
          while (!stage(number).atEnd()) {
            stage(number).compute(1000);
            stage(number).commit();
          }
          stage(number).tick(now.toEpochMilli() - silentSince[number]);
        }
      }
      rank.end();
    }

    private void requireAll() {
      recountTo(Long.MAX_VALUE);
      assertEquals(refused, letters);
      List<String> facts = new ArrayList<>();
      for (StageLife.Rec record : rank.log()) {
        ByteBuffer value = record.value().duplicate();
        if (value.get(0) == Fact.KIND) {
          Fact fact = Fact.read(value);
          facts.add(fact.partition() + "@" + fact.offset());
        }
      }
      assertEquals(accepted.size(), facts.size());
      assertEquals(accepted, new HashSet<>(facts));
      if (accepted.isEmpty()) {
        return;
      }
      Instant before = told.firstKey();
      for (Instant hour : told.tailMap(before, false).keySet()) {
        assertEquals(before.plus(Duration.ofHours(1)), hour);
        before = hour;
      }
      Instant newest = Instant.EPOCH;
      for (Recount.Came order : orders) {
        newest = order.time().isAfter(newest) ? order.time() : newest;
      }
      Instant end = newest.truncatedTo(ChronoUnit.HOURS).plus(Duration.ofHours(1));
      assertTrue(!told.lastKey().isBefore(end), told.lastKey() + " is before " + end);
      requireConflicts(before);
      if (orderly) {
        assertEquals(recount.firstHour().plus(Duration.ofHours(1)), told.firstKey());
        told.forEach(
            (hour, ranks) -> {
              if (checked(hour)) {
                ranks.forEach(value -> requireRank(value));
              }
            });
      }
    }

    /** What was ranked when it came has its letter, and what has a letter is in conflict. */
    private void requireConflicts(Instant closed) {
      Instant ranked = closed.minus(Duration.ofDays(31));
      conflicts.forEach(
          (offset, order) ->
              assertTrue(
                  order.hour().isBefore(ranked) || conflictLetters.contains(offset),
                  () -> "no letter of " + order));
      assertTrue(conflicts.keySet().containsAll(conflictLetters));
    }
  }

  @Test
  void whatIsToldIsWhatThePlainRecountFinds() {
    for (long seed = FIRST; seed < FIRST + HISTORIES; seed++) {
      try {
        new History(seed).run();
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("history " + seed + ": -Dtally.industries.from=" + seed, e);
      }
    }
  }
}
