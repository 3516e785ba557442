package dev.tally.bench.flink;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.base.TypeSerializerSingleton;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * A window as a few numbers and its rows, which go in one piece: written one long at a time they
 * would cost a multiple.
 *
 * <pre>
 *   rows int | rowsBeforeSum int | sumMicros long | rows x (epochNanos long, micros long), little-endian
 * </pre>
 */
final class WindowSerializer extends TypeSerializerSingleton<Window> {
  static final WindowSerializer INSTANCE = new WindowSerializer();

  private static final long serialVersionUID = 1;
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int ROW_BYTES = 2 * Long.BYTES;

  private WindowSerializer() {}

  @Override
  public void serialize(Window window, DataOutputView target) throws IOException {
    int rows = window.rows();
    target.writeInt(rows);
    target.writeInt(window.rowsBeforeSum());
    target.writeLong(window.sumMicros());
    byte[] bytes = new byte[rows * ROW_BYTES];
    for (int i = 0; i < rows; i++) {
      LONG.set(bytes, i * ROW_BYTES, window.epochNanos(i));
      LONG.set(bytes, i * ROW_BYTES + Long.BYTES, window.micros(i));
    }
    target.write(bytes);
  }

  @Override
  public Window deserialize(DataInputView source) throws IOException {
    int rows = source.readInt();
    int rowsBeforeSum = source.readInt();
    long sumMicros = source.readLong();
    byte[] bytes = new byte[rows * ROW_BYTES];
    source.readFully(bytes);
    // Room for one more, as a backend on disk reads a window back for each row.
    long[] epochNanos = new long[rows + 1];
    long[] micros = new long[rows + 1];
    for (int i = 0; i < rows; i++) {
      epochNanos[i] = (long) LONG.get(bytes, i * ROW_BYTES);
      micros[i] = (long) LONG.get(bytes, i * ROW_BYTES + Long.BYTES);
    }
    return new Window(epochNanos, micros, rowsBeforeSum, rows, sumMicros);
  }

  @Override
  public Window deserialize(Window reuse, DataInputView source) throws IOException {
    return deserialize(source);
  }

  @Override
  public void copy(DataInputView source, DataOutputView target) throws IOException {
    serialize(deserialize(source), target);
  }

  @Override
  public Window copy(Window from) {
    return from.copy();
  }

  @Override
  public Window copy(Window from, Window reuse) {
    return from.copy();
  }

  @Override
  public boolean isImmutableType() {
    return false;
  }

  @Override
  public Window createInstance() {
    return new Window();
  }

  @Override
  public int getLength() {
    return -1; // differs
  }

  @Override
  public TypeSerializerSnapshot<Window> snapshotConfiguration() {
    return new Snapshot();
  }

  /** What Flink finds this class by when it reads a checkpoint. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<Window> {
    public Snapshot() {
      super(() -> INSTANCE);
    }
  }
}
