package dev.tally.generate.sales;

/**
 * One sales row as its file holds it. An empty text is a missing value.
 *
 * @param invoiceDate empty, too, if the file has no such column
 * @param line the line on which the row begins in the file, counted from 1
 */
public record Row(
    String invoice,
    String stockCode,
    String description,
    String quantity,
    String price,
    String customerId,
    String country,
    String invoiceDate,
    long line) {}
