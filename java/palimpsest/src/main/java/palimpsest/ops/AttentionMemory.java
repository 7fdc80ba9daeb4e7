package palimpsest.ops;

/**
 * What causal attention takes beside its input and output, in fp32 elements.
 *
 * @param kept from the forward to the backward pass
 * @param scratch during the backward pass
 */
public record AttentionMemory(long kept, long scratch) {}
