/** Linear maps fitted to few examples, the same every time. */
package palimpsest.analysis.linear;
