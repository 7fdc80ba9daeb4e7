/**
 * Analyses of finished runs: what each needs is read from the run's folder, computed by {@code
 * palimpsest.analysis}, and written beside the run's results.
 */
package palimpsest.lab.analyze;
