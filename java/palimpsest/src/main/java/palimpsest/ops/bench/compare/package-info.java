/** Two recordings of benchmarks, figure by figure: what became faster, what slower. */
package palimpsest.ops.bench.compare;
