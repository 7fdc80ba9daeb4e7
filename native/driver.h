// What the parts of the simulated driver know of each other. cuda.h is NVIDIA's own: a function
// defined here with another signature than the header declares does not compile, nor does one that
// the header does not have.
#pragma once

// All spellings under their own names, none renamed by a macro.
#define __CUDA_API_VERSION_INTERNAL
#include <cuda.h>

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "registration.h"
#include "report.h"

// Handles are pointers to these.
struct CUctx_st {
  int retained = 0;
};

struct CUmod_st {
  std::map<std::string, std::unique_ptr<CUfunc_st>> functions;
};

struct CUfunc_st {
  const simulator::Kernel* kernel;
  int dynamic_shared_limit;
};

namespace simulator {

using Work = std::function<CUresult()>;

}  // namespace simulator

// Work in the order it was asked for, which is the order it runs in.
struct CUgraph_st {
  std::vector<simulator::Work> work;
};

struct CUgraphExec_st {
  std::vector<simulator::Work> work;
};

namespace simulator {

// Work asked of streams that take part is kept, not run.
struct Capture {
  CUstream origin;
  CUstreamCaptureMode mode;
  bool invalidated = false;
  std::unique_ptr<CUgraph_st> graph = std::make_unique<CUgraph_st>();
};

}  // namespace simulator

namespace simulator {

// For each stream of a capture, the last of its work that something comes after.
using Progress = std::map<CUstream, size_t>;

}  // namespace simulator

struct CUstream_st {
  unsigned flags = 0;
  std::shared_ptr<simulator::Capture> capture;
  simulator::Progress progress;
};

struct CUevent_st {
  unsigned flags = 0;
  bool recorded = false;
  double milliseconds = 0;
  std::weak_ptr<simulator::Capture> capture;  // in which it was recorded
  simulator::Progress progress;
};

namespace simulator {

// One call at a time.
extern std::recursive_mutex driver_lock;
extern bool initialised;

constexpr size_t DEFAULT_SHARED_LIMIT = 48 << 10;
constexpr size_t SHARED_LIMIT = 227 << 10;  // compute capability 9.0, with the attribute set
constexpr int DRIVER_VERSION = 13000;

CUcontext current_context();

// Every call of the driver: one at a time, after cuInit.
template <typename F>
CUresult call(F body) {
  std::lock_guard lock(driver_lock);
  if (!initialised) return CUDA_ERROR_NOT_INITIALIZED;
  return body();
}

// A call that needs a current context.
template <typename F>
CUresult call_in_context(F body) {
  return call([&] { return current_context() == nullptr ? CUDA_ERROR_INVALID_CONTEXT : body(); });
}

// A set of live handles. Looking up another one is how stale and foreign handles are found.
template <typename T>
class Handles {
 public:
  T* add(std::unique_ptr<T> object) {
    T* handle = object.get();
    live_[handle] = std::move(object);
    return handle;
  }
  bool has(const T* handle) const { return live_.contains(const_cast<T*>(handle)); }
  bool remove(T* handle) { return live_.erase(handle) > 0; }
  size_t size() const { return live_.size(); }
  void clear() { live_.clear(); }
  const std::map<T*, std::unique_ptr<T>>& all() const { return live_; }

 private:
  std::map<T*, std::unique_ptr<T>> live_;
};

CUresult invalid_handle(const char* call, const char* what, const void* handle);

// Streams. `work` runs now, or is kept by a stream that captures; `keep` makes the form that can be
// kept.
CUresult check_stream(CUstream stream, const char* call);
bool captures(CUstream stream);
CUresult submit(CUstream stream, const char* call, Work work);
// For a call that a capture under way does not allow.
CUresult synchronous(const char* call);

// Memory.
bool is_device_memory(CUdeviceptr address, size_t bytes, const char* call, const char* what);
std::string describe_address(CUdeviceptr address);
bool is_readable_by_kernels(CUdeviceptr address);
bool fences_stand(CUdeviceptr address, std::string& failure);
void free_everything(const char* occasion);
// Every live allocation, by address.
void for_each_allocation(const std::function<void(CUdeviceptr address, size_t bytes)>& visit);

void end_streams(const char* occasion);
void end_modules();

// Functions.
CUfunc_st* find_function(CUfunction function, const char* call);

}  // namespace simulator
