package palimpsest.cuda;

import java.lang.foreign.MemorySegment;

/**
 * How cublasLt computes a product of one shape, as its heuristics chose.
 *
 * @param content what the library alone understands, in the host's memory
 * @param workspaceBytes of the device's memory that it needs
 */
public record CublasLtAlgorithm(MemorySegment content, long workspaceBytes) {}
