/** How well a model answers while it learns task 1, and how fast task 0 comes back. */
package palimpsest.analysis.performance;
