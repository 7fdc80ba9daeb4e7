/**
 * What can still be read off a model's hidden states, whatever its own output makes of them: probes
 * trained on some people and tested on others.
 */
package palimpsest.analysis.probing;
