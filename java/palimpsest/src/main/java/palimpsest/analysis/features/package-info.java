/** How the residual stream at the end of a prompt moves while tasks are learned and lost. */
package palimpsest.analysis.features;
