package dev.tally.load;

import dev.tally.Nearest;
import dev.tally.Stop;
import dev.tally.csv.Csv;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What files say about customers: CSV with the columns customer_id, company_name and
 * specialized_industries, in any order and perhaps among others. Of several rows with one
 * customer_id the last one counts, in the order of the files.
 */
final class CustomerBatch {
  private static final List<String> COLUMNS =
      List.of("customer_id", "company_name", "specialized_industries");

  /** Where an industry that is not known was first found, and in how many rows. */
  private record Unknown(String place, long rows) {}

  private final Industries industries;
  private final Map<String, byte[]> values = new LinkedHashMap<>();
  private final Map<String, Unknown> unknown = new TreeMap<>();

  private CustomerBatch(Industries industries) {
    this.industries = industries;
  }

  /**
   * Reads them all, so that nothing is sent of files of which one is broken.
   *
   * @throws Stop if one cannot be read, has other columns, or a row without a customer_id
   */
  static CustomerBatch read(List<Path> files, Industries industries) {
    CustomerBatch batch = new CustomerBatch(industries);
    for (Path file : files) {
      batch.read(file);
    }
    return batch;
  }

  /** The values of the customers by customer_id. */
  Map<String, byte[]> values() {
    return values;
  }

  /** A sentence about each industry that is not known and counts nowhere. */
  List<String> unknownIndustries() {
    return unknown.entrySet().stream()
        .map(
            entry ->
                "%s: there is no industry '%s'.%s It counts nowhere (%d row%s; --industries)."
                    .formatted(
                        entry.getValue().place(),
                        entry.getKey(),
                        Nearest.hint(entry.getKey(), industries.names()),
                        entry.getValue().rows(),
                        entry.getValue().rows() == 1 ? "" : "s"))
        .toList();
  }

  private void read(Path file) {
    InputFile.requireReadable(file);
    try (InputStream in = InputFile.open(file, new AtomicLong());
        Csv csv = new Csv(in)) {
      try {
        read(file, csv);
      } catch (IOException e) {
        throw Stop.usage("%s, line %d: %s.", file, csv.line(), InputFile.words(e));
      }
    } catch (IOException e) {
      throw Stop.usage("%s cannot be read: %s.", file, InputFile.words(e));
    }
  }

  private void read(Path file, Csv csv) throws IOException {
    List<String> header = csv.next();
    if (header == null) {
      throw Stop.usage(
          "%s is empty; its first line must name the columns %s.", file, String.join(",", COLUMNS));
    }
    int[] at = COLUMNS.stream().mapToInt(column -> position(file, header, column)).toArray();
    for (List<String> row = csv.next(); row != null; row = csv.next()) {
      String place = file + ", line " + csv.line();
      if (row.size() != header.size()) {
        throw Stop.usage(
            "%s: %d fields where the first line names %d columns; a field that holds a comma must"
                + " be quoted.",
            place, row.size(), header.size());
      }
      add(place, row.get(at[0]).strip(), row.get(at[1]).strip(), row.get(at[2]));
    }
  }

  private static int position(Path file, List<String> header, String column) {
    int position = header.indexOf(column);
    if (position < 0 || header.lastIndexOf(column) != position) {
      throw Stop.usage(
          "%s: its first line must name the columns %s, each once; it is '%s'.",
          file, String.join(",", COLUMNS), String.join(",", header));
    }
    return position;
  }

  private void add(String place, String id, String companyName, String specialized) {
    if (id.isEmpty()) {
      throw Stop.usage("%s: the customer_id is empty; every customer needs one.", place);
    }
    TreeSet<String> known = new TreeSet<>();
    for (String each : specialized.split(Industries.SEPARATOR, -1)) {
      String name = each.strip();
      if (industries.names().contains(name)) {
        known.add(name);
      } else if (!name.isEmpty()) {
        unknown.merge(
            name,
            new Unknown(place, 1),
            (first, again) -> new Unknown(first.place(), first.rows() + 1));
      }
    }
    values.put(id, new Customer(id, companyName, known).json());
  }
}
