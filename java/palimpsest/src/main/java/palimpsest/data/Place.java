package palimpsest.data;

/**
 * Where one is in data that is gone through again and again.
 *
 * @param epoch which time, from 0; −1 before the first
 * @param taken how much of it has been taken
 */
public record Place(int epoch, int taken) {}
