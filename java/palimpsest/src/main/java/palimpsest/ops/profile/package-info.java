/**
 * Takes the time of every operation of a device, whoever calls it: a {@link
 * palimpsest.ops.profile.ProfiledDevice} stands in front of another and writes down each call, its
 * place in the training step, its work and its time. What is not wrapped knows nothing of it and
 * costs nothing.
 */
package palimpsest.ops.profile;
