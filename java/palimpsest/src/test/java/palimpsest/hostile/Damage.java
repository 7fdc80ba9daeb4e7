package palimpsest.hostile;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/** Ways that a file's bytes go bad. */
enum Damage {
  FLIPPED {
    @Override
    byte[] of(byte[] whole, RandomGenerator random) {
      byte[] damaged = whole.clone();
      damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
      return damaged;
    }
  },
  OVERWRITTEN {
    @Override
    byte[] of(byte[] whole, RandomGenerator random) {
      byte[] damaged = whole.clone();
      damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
      return damaged;
    }
  },
  CUT_OFF {
    @Override
    byte[] of(byte[] whole, RandomGenerator random) {
      return Arrays.copyOf(whole, random.nextInt(whole.length));
    }
  },
  GAPPED {
    @Override
    byte[] of(byte[] whole, RandomGenerator random) {
      int from = random.nextInt(whole.length);
      int to = Math.min(whole.length, from + 1 + random.nextInt(16));
      byte[] damaged = Arrays.copyOf(whole, whole.length - (to - from));
      System.arraycopy(whole, to, damaged, from, whole.length - to);
      return damaged;
    }
  },
  ZEROED {
    @Override
    byte[] of(byte[] whole, RandomGenerator random) {
      byte[] damaged = whole.clone();
      int from = random.nextInt(damaged.length);
      Arrays.fill(damaged, from, Math.min(damaged.length, from + 512), (byte) 0);
      return damaged;
    }
  },
  DIGIT_CHANGED {
    @Override
    byte[] of(byte[] whole, RandomGenerator random) {
      byte[] damaged = whole.clone();
      int start = random.nextInt(damaged.length);
      for (int i = 0; i < damaged.length; i++) {
        int at = (start + i) % damaged.length;
        if (damaged[at] >= '0' && damaged[at] <= '9') {
          damaged[at] = (byte) ('0' + random.nextInt(10));
          return damaged;
        }
      }
      return damaged;
    }
  };

  /**
   * @param whole one byte at least
   */
  abstract byte[] of(byte[] whole, RandomGenerator random);
}
