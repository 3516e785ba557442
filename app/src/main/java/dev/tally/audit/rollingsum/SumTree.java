package dev.tally.audit.rollingsum;

import java.math.BigDecimal;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Amounts by event time, with the exact sum over any interval. A treap whose nodes hold the sums of
 * their subtrees: adding and summing take logarithmic time, whatever the order of arrival. Amounts
 * at the same time share a node.
 */
final class SumTree {
  private static final class Node {
    final long timeNanos;
    final int priority;
    BigDecimal amount;
    BigDecimal sum;
    @Nullable Node left;
    @Nullable Node right;

    Node(long timeNanos, int priority, BigDecimal amount) {
      this.timeNanos = timeNanos;
      this.priority = priority;
      this.amount = amount;
      this.sum = amount;
    }

    void sumUp() {
      sum = amount;
      if (left != null) {
        sum = sum.add(left.sum);
      }
      if (right != null) {
        sum = sum.add(right.sum);
      }
    }
  }

  /** The shape of the tree depends on it, but no sum does. */
  private final SplittableRandom random;

  private @Nullable Node root;

  SumTree(SplittableRandom random) {
    this.random = random;
  }

  boolean isEmpty() {
    return root == null;
  }

  void add(long timeNanos, BigDecimal amount) {
    root = add(root, timeNanos, amount);
  }

  /** The sum over a closed interval. */
  BigDecimal sum(long fromNanos, long toNanos) {
    return sumUpTo(toNanos).subtract(sumUpTo(fromNanos - 1));
  }

  /** Forgets the amounts before this time. */
  void dropBelow(long timeNanos) {
    root = dropBelow(root, timeNanos);
  }

  private BigDecimal sumUpTo(long timeNanos) {
    BigDecimal sum = BigDecimal.ZERO;
    Node node = root;
    while (node != null) {
      if (timeNanos < node.timeNanos) {
        node = node.left;
      } else {
        sum = sum.add(node.amount);
        if (node.left != null) {
          sum = sum.add(node.left.sum);
        }
        node = node.right;
      }
    }
    return sum;
  }

  private Node add(@Nullable Node node, long timeNanos, BigDecimal amount) {
    if (node == null) {
      return new Node(timeNanos, random.nextInt(), amount);
    }
    if (timeNanos == node.timeNanos) {
      node.amount = node.amount.add(amount);
    } else if (timeNanos < node.timeNanos) {
      Node child = add(node.left, timeNanos, amount);
      node.left = child;
      if (child.priority > node.priority) {
        node.left = child.right;
        child.right = node;
        node.sumUp();
        node = child;
      }
    } else {
      Node child = add(node.right, timeNanos, amount);
      node.right = child;
      if (child.priority > node.priority) {
        node.right = child.left;
        child.left = node;
        node.sumUp();
        node = child;
      }
    }
    node.sumUp();
    return node;
  }

  private static @Nullable Node dropBelow(@Nullable Node node, long timeNanos) {
    while (node != null && node.timeNanos < timeNanos) {
      node = node.right;
    }
    if (node != null && node.left != null) {
      node.left = dropBelow(node.left, timeNanos);
      node.sumUp();
    }
    return node;
  }
}
