package dev.tally.generate.orders;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tally.Causes;
import dev.tally.Stop;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.StringJoiner;

/**
 * The customers of generated orders as a file to load: CSV with the difficulties of real ones. Some
 * have several industries and some none, some industries are misspelt, some companies have two ids,
 * and the last line has no end.
 */
public final class CustomersFile {
  private static final int NO_INDUSTRY_ONE_IN = 16;
  private static final int MISSPELT_ONE_IN = 32;
  private static final int INDUSTRIES_MAX = 3;

  /** Every so many customers, one has the company of the one before. */
  private static final int SECOND_ID_EVERY = 40;

  private static final String[] NAMES =
      "Adler Brandt Castor Dorn Engel Falk Güth Hansa Iris Jansen Kranz Lóránt Merkur Nowak Orion"
          .split(" ", -1);
  private static final String[] KINDS = {
    "Ltd", "& Sons", "GmbH, Köln", "\"Nord\" AG", "S.A.", "Inc"
  };

  private CustomersFile() {}

  /**
   * Writes all customers that orders of this mix can have.
   *
   * @param industries those that customers have
   * @throws Stop if the file cannot be written
   */
  public static void write(Path file, OrderMix mix, List<String> industries) {
    Ids ids = OrderRecords.customerIds(mix.seed());
    try (Writer out = Files.newBufferedWriter(file, UTF_8)) {
      out.write("customer_id,company_name,specialized_industries");
      for (long customer = 0; customer < mix.customers(); customer++) {
        boolean secondId = customer % SECOND_ID_EVERY == SECOND_ID_EVERY - 1;
        SplittableRandom draws = draws(mix.seed(), customer - (secondId ? 1 : 0));
        String company = company(customer - (secondId ? 1 : 0), draws);
        out.write('\n' + ids.of(customer) + ',' + field(company) + ',');
        out.write(field(specialized(industries, draws)));
      }
    } catch (IOException e) {
      throw Stop.usage("--customers.file %s cannot be written: %s.", file, Causes.of(e));
    }
  }

  private static SplittableRandom draws(long seed, long customer) {
    return new SplittableRandom(new SplittableRandom(seed).nextLong() + customer * 64 * Ids.DRAW);
  }

  private static String company(long customer, SplittableRandom draws) {
    String name = NAMES[draws.nextInt(NAMES.length)];
    return name + " " + (customer + 1) + " " + KINDS[draws.nextInt(KINDS.length)];
  }

  private static String specialized(List<String> industries, SplittableRandom draws) {
    List<String> shuffled = new ArrayList<>(industries);
    Collections.shuffle(shuffled, new Random(draws.nextLong()));
    boolean none = draws.nextInt(NO_INDUSTRY_ONE_IN) == 0;
    StringJoiner some = new StringJoiner(";");
    for (int left = none ? 0 : 1 + draws.nextInt(INDUSTRIES_MAX); left > 0; left--) {
      String name = shuffled.get(left);
      some.add(draws.nextInt(MISSPELT_ONE_IN) == 0 ? misspelt(name) : name);
    }
    return some.toString();
  }

  /** With two letters in the wrong order: Polymer is Ploymer. */
  private static String misspelt(String name) {
    return name.charAt(0) + name.substring(2, 3) + name.charAt(1) + name.substring(3);
  }

  private static String field(String text) {
    boolean quoted = text.contains(",") || text.contains("\"") || text.contains(";");
    return quoted ? '"' + text.replace("\"", "\"\"") + '"' : text;
  }
}
