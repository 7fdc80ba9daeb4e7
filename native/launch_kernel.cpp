// cuLaunchKernel: checks what the hardware and the driver would refuse, then runs the kernel or
// keeps it for a graph.
#include <cstring>

#include "driver.h"
#include "launch.h"
#include "traffic.h"

namespace simulator {

namespace {

CUresult refuse(CUresult code, const Kernel& kernel, const std::string& why) {
  report("launch of %s: %s", kernel.name, why.c_str());
  return code;
}

std::string text(dim3 size) {
  return "(" + std::to_string(size.x) + "," + std::to_string(size.y) + "," +
         std::to_string(size.z) + ")";
}

CUresult check_shape(const CUfunc_st& function, const BlockLaunch& launch) {
  const Kernel& kernel = *function.kernel;
  const dim3 grid = launch.grid, size = launch.size;
  if (grid.x == 0 || grid.y == 0 || grid.z == 0 || grid.x > 0x7FFFFFFF || grid.y > 65535 ||
      grid.z > 65535) {
    return refuse(CUDA_ERROR_INVALID_VALUE, kernel,
                  "grid " + text(grid) + " is not within (1,1,1) and (2147483647,65535,65535)");
  }
  if (size.x == 0 || size.y == 0 || size.z == 0 || size.x > 1024 || size.y > 1024 || size.z > 64) {
    return refuse(CUDA_ERROR_INVALID_VALUE, kernel,
                  "block " + text(size) + " is not within (1,1,1) and (1024,1024,64)");
  }
  const unsigned threads = size.x * size.y * size.z;
  if (threads > MAX_THREADS) {
    return refuse(
        CUDA_ERROR_INVALID_VALUE, kernel,
        "block " + text(size) + " has " + std::to_string(threads) + " threads, 1024 are the most");
  }
  if (threads > unsigned(kernel.max_threads)) {
    return refuse(CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES, kernel,
                  "block " + text(size) + " has " + std::to_string(threads) +
                      " threads, its bounds allow " + std::to_string(kernel.max_threads));
  }
  if (launch.shared_bytes > size_t(function.dynamic_shared_limit)) {
    return refuse(
        CUDA_ERROR_INVALID_VALUE, kernel,
        std::to_string(launch.shared_bytes) +
            " bytes of shared memory, CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES allows " +
            std::to_string(function.dynamic_shared_limit) + " and may be raised to " +
            std::to_string(SHARED_LIMIT));
  }
  return CUDA_SUCCESS;
}

CUdeviceptr pointer(void* argument) {
  CUdeviceptr address;
  memcpy(&address, argument, sizeof address);
  return address;
}

CUresult check_pointers(const Kernel& kernel, void* const* arguments) {
  for (int i = 0; i < kernel.parameter_count; i++) {
    if (!kernel.parameters[i].pointer || is_readable_by_kernels(pointer(arguments[i]))) continue;
    return refuse(CUDA_ERROR_ILLEGAL_ADDRESS, kernel,
                  "argument " + std::to_string(i) + ": " + describe_address(pointer(arguments[i])));
  }
  return CUDA_SUCCESS;
}

CUresult run(CUfunction handle, BlockLaunch launch, void* const* arguments) {
  const CUfunc_st* function = find_function(handle, "cuLaunchKernel");
  if (function == nullptr) return CUDA_ERROR_INVALID_HANDLE;
  CUresult result = check_pointers(*function->kernel, arguments);
  if (result != CUDA_SUCCESS) return result;
  launch.arguments = arguments;
  std::string failure;
  begin_traffic(*function->kernel);
  const bool ran = run_launch(launch, failure);
  end_traffic();
  if (!ran) {
    report("%s", failure.c_str());
    return CUDA_ERROR_LAUNCH_FAILED;
  }
  for (int i = 0; i < launch.kernel->parameter_count; i++) {
    if (!launch.kernel->parameters[i].pointer || fences_stand(pointer(arguments[i]), failure))
      continue;
    report("kernel %s %s", launch.kernel->name, failure.c_str());
    result = CUDA_ERROR_ILLEGAL_ADDRESS;
  }
  return result;
}

// Arguments that outlive the call, one after the other as the kernel's parameters lie.
struct KeptArguments {
  std::vector<char> bytes;
  const Kernel* kernel;

  KeptArguments(const Kernel& kernel, void* const* arguments) : kernel(&kernel) {
    for (int i = 0; i < kernel.parameter_count; i++) {
      const Parameter& parameter = kernel.parameters[i];
      bytes.resize(parameter.offset + parameter.size);
      memcpy(bytes.data() + parameter.offset, arguments[i], parameter.size);
    }
  }
  std::vector<void*> pointers() {
    std::vector<void*> list;
    for (int i = 0; i < kernel->parameter_count; i++)
      list.push_back(bytes.data() + kernel->parameters[i].offset);
    return list;
  }
};

// `extra` holds the packed parameters instead: pairs of a key and a value, ended by
// CU_LAUNCH_PARAM_END.
CUresult unpack(const Kernel& kernel, void** extra, void** arguments) {
  char* buffer = nullptr;
  size_t bytes = 0;
  for (; *extra != CU_LAUNCH_PARAM_END; extra += 2) {
    if (extra[0] == CU_LAUNCH_PARAM_BUFFER_POINTER) {
      buffer = static_cast<char*>(extra[1]);
    } else if (extra[0] == CU_LAUNCH_PARAM_BUFFER_SIZE) {
      bytes = *static_cast<size_t*>(extra[1]);
    } else {
      return refuse(CUDA_ERROR_INVALID_VALUE, kernel, "an unknown key in `extra`");
    }
  }
  const Parameter* last =
      kernel.parameter_count > 0 ? &kernel.parameters[kernel.parameter_count - 1] : nullptr;
  size_t needed = last != nullptr ? last->offset + last->size : 0;
  if (bytes < needed || (buffer == nullptr && needed > 0)) {
    return refuse(
        CUDA_ERROR_INVALID_VALUE, kernel,
        std::to_string(bytes) + " bytes of packed parameters, it has " + std::to_string(needed));
  }
  for (int i = 0; i < kernel.parameter_count; i++)
    arguments[i] = buffer + kernel.parameters[i].offset;
  return CUDA_SUCCESS;
}

}  // namespace

}  // namespace simulator

using namespace simulator;

CUresult cuLaunchKernel(CUfunction handle, unsigned int grid_x, unsigned int grid_y,
                        unsigned int grid_z, unsigned int block_x, unsigned int block_y,
                        unsigned int block_z, unsigned int shared_bytes, CUstream stream,
                        void** parameters, void** extra) {
  return call_in_context([&] {
    const CUfunc_st* function = find_function(handle, "cuLaunchKernel");
    if (function == nullptr) return CUDA_ERROR_INVALID_HANDLE;
    const Kernel& kernel = *function->kernel;
    BlockLaunch launch = {
        &kernel,      nullptr,     {grid_x, grid_y, grid_z}, {block_x, block_y, block_z},
        shared_bytes, order_seed()};
    CUresult result = check_shape(*function, launch);
    if (result != CUDA_SUCCESS) return result;

    void* unpacked[256];
    if (kernel.parameter_count > 256) return CUDA_ERROR_INVALID_VALUE;
    void** arguments = parameters;
    if (extra != nullptr) {
      if (parameters != nullptr)
        return refuse(CUDA_ERROR_INVALID_VALUE, kernel, "both kernelParams and extra are given");
      result = unpack(kernel, extra, unpacked);
      if (result != CUDA_SUCCESS) return result;
      arguments = unpacked;
    } else if (parameters == nullptr && kernel.parameter_count > 0) {
      return refuse(CUDA_ERROR_INVALID_VALUE, kernel, "no parameters are given");
    }
    for (int i = 0; i < kernel.parameter_count; i++) {
      if (arguments[i] == nullptr)
        return refuse(CUDA_ERROR_INVALID_VALUE, kernel,
                      "parameter " + std::to_string(i) + " is missing");
    }
    if (!captures(stream)) {
      result = check_stream(stream, "cuLaunchKernel");
      return result == CUDA_SUCCESS ? run(handle, launch, arguments) : result;
    }
    return submit(stream, "cuLaunchKernel",
                  [handle, launch, kept = KeptArguments(kernel, arguments)]() mutable {
                    return run(handle, launch, kept.pointers().data());
                  });
  });
}
