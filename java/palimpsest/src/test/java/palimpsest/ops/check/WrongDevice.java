package palimpsest.ops.check;

import java.lang.foreign.MemorySegment;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.function.BiConsumer;
import palimpsest.ops.DType;
import palimpsest.ops.Device;
import palimpsest.ops.Ops;
import palimpsest.ops.Tensor;

/** A device one of whose operations is wrong. */
final class WrongDevice {
  private WrongDevice() {}

  /** What a broken operation does to its first fp32 output. */
  enum Damage {
    OFF_BY_A_THOUSANDTH {
      @Override
      void on(Device device, Tensor out) {
        float[] values = new float[Math.toIntExact(out.size())];
        device.read(out, values, values.length);
        int largest = 0;
        for (int i = 0; i < values.length; i++) {
          largest = Math.abs(values[i]) > Math.abs(values[largest]) ? i : largest;
        }
        values[largest] += values[largest] == 0 ? 0.001f : values[largest] * 0.001f;
        device.write(out, values);
      }
    },
    NOT_A_NUMBER {
      @Override
      void on(Device device, Tensor out) {
        device.write(out, new float[] {Float.NaN});
      }
    },
    BESIDE {
      @Override
      void on(Device device, Tensor out) {
        device.write(elementBefore(device, out), new float[] {1});
      }
    };

    abstract void on(Device device, Tensor out);

    /** The bench keeps room before each tensor. */
    private static Tensor elementBefore(Device device, Tensor out) {
      int bytes = DType.FP32.bytes();
      long address = out.address() - bytes;
      return device.kind().equals("cpu")
          ? new Tensor(MemorySegment.ofAddress(address).reinterpret(bytes), DType.FP32, 1)
          : Tensor.at(address, DType.FP32, 1);
    }
  }

  static Device of(Device device, String operation, Damage damage) {
    return around(
        device,
        (called, arguments) -> {
          if (called.equals(operation)) {
            damage.on(device, firstTensor(arguments));
          }
        });
  }

  private static Tensor firstTensor(Object[] arguments) {
    for (Object argument : arguments) {
      if (argument instanceof Tensor tensor) {
        return tensor;
      }
    }
    throw new IllegalArgumentException("no output");
  }

  /** The device, with something done behind each of its operations. */
  static Device around(Device device, BiConsumer<String, Object[]> behind) {
    return proxy(
        Device.class,
        device,
        (name, arguments) -> {
          if (name.equals("onEachLane")) {
            Device.LaneTask task = (Device.LaneTask) arguments[0];
            arguments[0] =
                (Device.LaneTask)
                    (lane, ops) -> task.run(lane, proxy(Ops.class, ops, (_, _) -> {}, behind));
          }
        },
        (_, _) -> {});
  }

  private static <T> T proxy(
      Class<T> type,
      T target,
      BiConsumer<String, Object[]> before,
      BiConsumer<String, Object[]> behind) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (_, method, arguments) -> {
              before.accept(method.getName(), arguments);
              try {
                Object result = method.invoke(target, arguments);
                behind.accept(method.getName(), arguments);
                return result;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }
}
