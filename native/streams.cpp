// Streams, events and graphs. Work runs when it is asked for, hence in an order that every stream
// and event allows; a stream that captures keeps it for a graph instead.
#include <algorithm>
#include <chrono>
#include <thread>

#include "driver.h"

namespace simulator {

namespace {

Handles<CUstream_st> streams;
Handles<CUevent_st> events;
Handles<CUgraph_st> graphs;
Handles<CUgraphExec_st> executables;

struct ActiveCapture {
  std::weak_ptr<Capture> capture;
  std::thread::id thread;
};
std::vector<ActiveCapture> active;

bool is_default(CUstream stream) {
  return stream == nullptr || stream == CU_STREAM_LEGACY || stream == CU_STREAM_PER_THREAD;
}

// Work on the legacy stream waits for all blocking streams, which a stream that captures cannot do.
bool waits_for_capture(CUstream stream) {
  if (!is_default(stream) || stream == CU_STREAM_PER_THREAD) return false;
  for (const auto& [handle, other] : streams.all()) {
    if (other->capture != nullptr && (other->flags & CU_STREAM_NON_BLOCKING) == 0) return true;
  }
  return false;
}

void invalidate(Capture& capture) { capture.invalidated = true; }

double milliseconds_now() {
  return std::chrono::duration<double, std::milli>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

CUresult replay(const std::vector<Work>& all) {
  for (const Work& work : all) {
    CUresult result = work();
    if (result != CUDA_SUCCESS) return result;
  }
  return CUDA_SUCCESS;
}

}  // namespace

CUresult check_stream(CUstream stream, const char* call) {
  if (is_default(stream)) {
    if (!waits_for_capture(stream)) return CUDA_SUCCESS;
    for (const auto& [handle, other] : streams.all()) {
      if (other->capture != nullptr) invalidate(*other->capture);
    }
    report("%s: the legacy stream would wait for a stream that captures", call);
    return CUDA_ERROR_STREAM_CAPTURE_IMPLICIT;
  }
  if (!streams.has(stream)) return invalid_handle(call, "stream", stream);
  return stream->capture != nullptr && stream->capture->invalidated
             ? CUDA_ERROR_STREAM_CAPTURE_INVALIDATED
             : CUDA_SUCCESS;
}

bool captures(CUstream stream) {
  return !is_default(stream) && streams.has(stream) && stream->capture != nullptr;
}

CUresult submit(CUstream stream, const char* call, Work work) {
  CUresult result = check_stream(stream, call);
  if (result != CUDA_SUCCESS) return result;
  if (!captures(stream)) return work();
  auto& kept = stream->capture->graph->work;
  kept.push_back(std::move(work));
  stream->progress[stream] = kept.size();
  return CUDA_SUCCESS;
}

CUresult synchronous(const char* call) {
  std::erase_if(active, [](const ActiveCapture& one) { return one.capture.expired(); });
  for (const ActiveCapture& one : active) {
    std::shared_ptr<Capture> capture = one.capture.lock();
    bool mine = one.thread == std::this_thread::get_id();
    if (capture->mode == CU_STREAM_CAPTURE_MODE_GLOBAL ||
        (capture->mode == CU_STREAM_CAPTURE_MODE_THREAD_LOCAL && mine)) {
      invalidate(*capture);
      report("%s is not allowed while a stream captures", call);
      return CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
    }
  }
  return CUDA_SUCCESS;
}

void end_streams(const char* occasion) {
  auto say = [&](size_t count, const char* what) {
    if (count > 0) report("leak: %zu %s not destroyed %s", count, what, occasion);
  };
  say(streams.size(), "stream(s)");
  say(events.size(), "event(s)");
  say(graphs.size(), "graph(s)");
  say(executables.size(), "executable graph(s)");
  streams.clear();
  events.clear();
  graphs.clear();
  executables.clear();
}

}  // namespace simulator

using namespace simulator;

CUresult cuStreamCreate(CUstream* stream, unsigned int flags) {
  return call_in_context([&] {
    if (stream == nullptr || flags > CU_STREAM_NON_BLOCKING) return CUDA_ERROR_INVALID_VALUE;
    *stream = streams.add(std::make_unique<CUstream_st>(CUstream_st{flags, nullptr, {}}));
    return CUDA_SUCCESS;
  });
}

CUresult cuStreamDestroy_v2(CUstream stream) {
  return call_in_context([&] {
    return streams.remove(stream) ? CUDA_SUCCESS
                                  : invalid_handle("cuStreamDestroy", "stream", stream);
  });
}

// Neither is allowed on a stream that captures: nothing of it has run.
static CUresult finished(CUstream stream, const char* name) {
  return call_in_context([&] {
    CUresult result = check_stream(stream, name);
    if (result != CUDA_SUCCESS || !captures(stream)) return result;
    stream->capture->invalidated = true;
    report("%s is not allowed on a stream that captures", name);
    return CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
  });
}

CUresult cuStreamSynchronize(CUstream stream) { return finished(stream, "cuStreamSynchronize"); }

CUresult cuStreamQuery(CUstream stream) { return finished(stream, "cuStreamQuery"); }

CUresult cuStreamWaitEvent(CUstream stream, CUevent event, unsigned int flags) {
  return call_in_context([&] {
    CUresult result = check_stream(stream, "cuStreamWaitEvent");
    if (result != CUDA_SUCCESS) return result;
    if (!events.has(event)) return invalid_handle("cuStreamWaitEvent", "event", event);
    if (flags > CU_EVENT_WAIT_EXTERNAL) return CUDA_ERROR_INVALID_VALUE;
    std::shared_ptr<Capture> other = event->capture.lock();
    if (other == nullptr) {
      // What was recorded before is done, but a capture may not depend on what it does not hold.
      return captures(stream) && event->recorded ? CUDA_ERROR_STREAM_CAPTURE_ISOLATION
                                                 : CUDA_SUCCESS;
    }
    if (is_default(stream)) return CUDA_ERROR_STREAM_CAPTURE_IMPLICIT;
    if (stream->capture != nullptr && stream->capture != other)
      return CUDA_ERROR_STREAM_CAPTURE_MERGE;
    stream->capture = other;
    for (const auto& [of, done] : event->progress) {
      stream->progress[of] = std::max(stream->progress[of], done);
    }
    return CUDA_SUCCESS;
  });
}

CUresult cuEventCreate(CUevent* event, unsigned int flags) {
  return call_in_context([&] {
    constexpr unsigned known = CU_EVENT_BLOCKING_SYNC | CU_EVENT_DISABLE_TIMING;
    if (event == nullptr || (flags & ~known) != 0) return CUDA_ERROR_INVALID_VALUE;
    *event = events.add(std::make_unique<CUevent_st>(CUevent_st{flags, false, 0, {}, {}}));
    return CUDA_SUCCESS;
  });
}

CUresult cuEventDestroy_v2(CUevent event) {
  return call_in_context([&] {
    return events.remove(event) ? CUDA_SUCCESS : invalid_handle("cuEventDestroy", "event", event);
  });
}

CUresult cuEventRecord(CUevent event, CUstream stream) {
  return call_in_context([&] {
    CUresult result = check_stream(stream, "cuEventRecord");
    if (result != CUDA_SUCCESS) return result;
    if (!events.has(event)) return invalid_handle("cuEventRecord", "event", event);
    event->capture.reset();
    if (captures(stream)) {
      event->capture = stream->capture;
      event->progress = stream->progress;
    } else {
      event->recorded = true;
      event->milliseconds = milliseconds_now();
    }
    return CUDA_SUCCESS;
  });
}

static CUresult passed(CUevent event, const char* name) {
  return call_in_context([&] {
    if (!events.has(event)) return invalid_handle(name, "event", event);
    return event->capture.expired() ? CUDA_SUCCESS : CUDA_ERROR_CAPTURED_EVENT;
  });
}

CUresult cuEventQuery(CUevent event) { return passed(event, "cuEventQuery"); }

CUresult cuEventSynchronize(CUevent event) { return passed(event, "cuEventSynchronize"); }

CUresult cuEventElapsedTime_v2(float* milliseconds, CUevent start, CUevent end) {
  return call_in_context([&] {
    if (milliseconds == nullptr) return CUDA_ERROR_INVALID_VALUE;
    for (CUevent event : {start, end}) {
      if (!events.has(event)) return invalid_handle("cuEventElapsedTime", "event", event);
      if (!event->recorded || (event->flags & CU_EVENT_DISABLE_TIMING) != 0)
        return CUDA_ERROR_INVALID_HANDLE;
    }
    *milliseconds = float(end->milliseconds - start->milliseconds);
    return CUDA_SUCCESS;
  });
}

CUresult cuEventElapsedTime(float* milliseconds, CUevent start, CUevent end) {
  return cuEventElapsedTime_v2(milliseconds, start, end);
}

CUresult cuStreamBeginCapture_v2(CUstream stream, CUstreamCaptureMode mode) {
  return call_in_context([&] {
    if (is_default(stream)) return CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
    if (!streams.has(stream)) return invalid_handle("cuStreamBeginCapture", "stream", stream);
    if (stream->capture != nullptr) return CUDA_ERROR_ILLEGAL_STATE;
    stream->capture = std::make_shared<Capture>();
    stream->capture->origin = stream;
    stream->capture->mode = mode;
    active.push_back({stream->capture, std::this_thread::get_id()});
    return CUDA_SUCCESS;
  });
}

CUresult cuStreamEndCapture(CUstream stream, CUgraph* graph) {
  return call_in_context([&] {
    if (graph == nullptr) return CUDA_ERROR_INVALID_VALUE;
    if (!is_default(stream) && !streams.has(stream))
      return invalid_handle("cuStreamEndCapture", "stream", stream);
    if (!captures(stream)) return CUDA_ERROR_ILLEGAL_STATE;
    std::shared_ptr<Capture> capture = stream->capture;
    if (capture->origin != stream) return CUDA_ERROR_STREAM_CAPTURE_UNMATCHED;
    for (const ActiveCapture& one : active) {
      bool same = one.capture.lock() == capture;
      if (same && capture->mode != CU_STREAM_CAPTURE_MODE_RELAXED &&
          one.thread != std::this_thread::get_id()) {
        return CUDA_ERROR_STREAM_CAPTURE_WRONG_THREAD;
      }
    }
    // All that other streams were given has to come before the end of the stream that began.
    bool joined = true;
    for (const auto& [handle, other] : streams.all()) {
      if (other->capture != capture) continue;
      joined = joined && other->progress[handle] <= stream->progress[handle];
    }
    for (const auto& [handle, other] : streams.all()) {
      if (other->capture != capture) continue;
      other->capture = nullptr;
      other->progress.clear();
    }
    *graph = nullptr;
    if (!joined) {
      report(
          "cuStreamEndCapture: another stream has work that the capturing stream does not wait "
          "for");
      return CUDA_ERROR_STREAM_CAPTURE_UNJOINED;
    }
    if (capture->invalidated) return CUDA_ERROR_STREAM_CAPTURE_INVALIDATED;
    *graph = graphs.add(std::move(capture->graph));
    return CUDA_SUCCESS;
  });
}

CUresult cuStreamIsCapturing(CUstream stream, CUstreamCaptureStatus* status) {
  return call_in_context([&] {
    if (status == nullptr) return CUDA_ERROR_INVALID_VALUE;
    if (!is_default(stream) && !streams.has(stream))
      return invalid_handle("cuStreamIsCapturing", "stream", stream);
    *status = CU_STREAM_CAPTURE_STATUS_NONE;
    if (captures(stream)) {
      *status = stream->capture->invalidated ? CU_STREAM_CAPTURE_STATUS_INVALIDATED
                                             : CU_STREAM_CAPTURE_STATUS_ACTIVE;
    }
    return CUDA_SUCCESS;
  });
}

CUresult cuGraphInstantiateWithFlags(CUgraphExec* executable, CUgraph graph, unsigned long long) {
  return call_in_context([&] {
    if (executable == nullptr) return CUDA_ERROR_INVALID_VALUE;
    if (!graphs.has(graph)) return invalid_handle("cuGraphInstantiate", "graph", graph);
    *executable = executables.add(std::make_unique<CUgraphExec_st>(CUgraphExec_st{graph->work}));
    return CUDA_SUCCESS;
  });
}

CUresult cuGraphLaunch(CUgraphExec executable, CUstream stream) {
  return call_in_context([&] {
    if (!executables.has(executable))
      return invalid_handle("cuGraphLaunch", "executable graph", executable);
    if (captures(stream))
      return submit(stream, "cuGraphLaunch", [kept = executable->work] { return replay(kept); });
    CUresult result = check_stream(stream, "cuGraphLaunch");
    return result == CUDA_SUCCESS ? replay(executable->work) : result;
  });
}

CUresult cuGraphExecDestroy(CUgraphExec executable) {
  return call_in_context([&] {
    return executables.remove(executable)
               ? CUDA_SUCCESS
               : invalid_handle("cuGraphExecDestroy", "executable graph", executable);
  });
}

// Each piece of work is a node; the nodes themselves are not handed out.
CUresult cuGraphGetNodes(CUgraph graph, CUgraphNode* nodes, size_t* count) {
  return call_in_context([&] {
    if (count == nullptr) return CUDA_ERROR_INVALID_VALUE;
    if (!graphs.has(graph)) return invalid_handle("cuGraphGetNodes", "graph", graph);
    if (nodes != nullptr) return CUDA_ERROR_NOT_SUPPORTED;
    *count = graph->work.size();
    return CUDA_SUCCESS;
  });
}

CUresult cuGraphDestroy(CUgraph graph) {
  return call_in_context([&] {
    return graphs.remove(graph) ? CUDA_SUCCESS : invalid_handle("cuGraphDestroy", "graph", graph);
  });
}
