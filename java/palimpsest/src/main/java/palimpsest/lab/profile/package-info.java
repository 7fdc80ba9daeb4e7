/** {@code palimpsest profile}: where the time of a training step goes. */
package palimpsest.lab.profile;
