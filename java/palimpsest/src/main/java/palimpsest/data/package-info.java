/**
 * Invented people, what is told of them and what is asked about them; tokenizers and batches.
 *
 * <p>From a {@link palimpsest.data.PopulationSpec} and a seed comes a {@link
 * palimpsest.data.Population}; from its people come biographies ({@link
 * palimpsest.data.PretrainingStream}) and questions ({@link palimpsest.data.Questions}, {@link
 * palimpsest.data.QuestionBatches}), both through a {@link palimpsest.data.Tokenizer}.
 *
 * <p>The lists are the program's own. Pools are their first entries, and the lists are ordered so
 * that lengths and chance levels stay those of the measurements whatever the size: every fifth
 * university of the first 200 is a "University of …" (20 %, of all 300 it is 39 %), New York has 10
 * % of the first 50 companies, 6 % of the first 200 and 11.8 % of all 263, and the first 20
 * templates share their words.
 */
package palimpsest.data;
