// cuGetProcAddress: a function by its base name, in the version that the caller was compiled for.
#include <cstring>

#include "driver.h"

namespace {

struct EntryPoint {
  const char* name;
  void* function;
  int version;  // the oldest CUDA version that has it in this form
};

#define ENTRY(name, version) {#name, reinterpret_cast<void*>(name), version}
#define ENTRY_V2(name, version) {#name, reinterpret_cast<void*>(name##_v2), version}

// Of several forms of one name the newest that the caller's version knows is meant.
const EntryPoint ENTRY_POINTS[] = {
    ENTRY(cuInit, 2000),
    ENTRY(cuDriverGetVersion, 2020),
    ENTRY(cuGetErrorName, 6000),
    ENTRY(cuGetErrorString, 6000),
    ENTRY_V2(cuGetProcAddress, 12000),
    ENTRY(cuDeviceGet, 2000),
    ENTRY(cuDeviceGetCount, 2000),
    ENTRY(cuDeviceGetName, 2000),
    ENTRY(cuDeviceGetAttribute, 2000),
    ENTRY_V2(cuDeviceTotalMem, 3020),
    ENTRY(cuDevicePrimaryCtxRetain, 7000),
    ENTRY(cuDevicePrimaryCtxRelease, 7000),
    ENTRY_V2(cuDevicePrimaryCtxRelease, 11000),
    ENTRY(cuCtxSetCurrent, 4000),
    ENTRY(cuCtxGetCurrent, 4000),
    ENTRY(cuCtxGetDevice, 2000),
    ENTRY(cuCtxSynchronize, 2000),
    ENTRY(cuModuleLoadData, 2000),
    ENTRY(cuModuleLoadDataEx, 2010),
    ENTRY(cuModuleUnload, 2000),
    ENTRY(cuModuleGetFunction, 2000),
    ENTRY(cuFuncGetAttribute, 2020),
    ENTRY(cuFuncSetAttribute, 9000),
    ENTRY(cuFuncGetParamInfo, 12040),
    ENTRY(cuLaunchKernel, 4000),
    ENTRY_V2(cuMemGetInfo, 3020),
    ENTRY_V2(cuMemAlloc, 3020),
    ENTRY_V2(cuMemFree, 3020),
    ENTRY(cuMemHostAlloc, 2020),
    ENTRY_V2(cuMemAllocHost, 3020),
    ENTRY(cuMemFreeHost, 2000),
    ENTRY_V2(cuMemcpyHtoD, 3020),
    ENTRY_V2(cuMemcpyHtoDAsync, 3020),
    ENTRY_V2(cuMemcpyDtoH, 3020),
    ENTRY_V2(cuMemcpyDtoHAsync, 3020),
    ENTRY_V2(cuMemcpyDtoD, 3020),
    ENTRY_V2(cuMemcpyDtoDAsync, 3020),
    ENTRY_V2(cuMemsetD8, 3020),
    ENTRY(cuMemsetD8Async, 3020),
    ENTRY_V2(cuMemsetD16, 3020),
    ENTRY(cuMemsetD16Async, 3020),
    ENTRY_V2(cuMemsetD32, 3020),
    ENTRY(cuMemsetD32Async, 3020),
    ENTRY(cuStreamCreate, 2000),
    ENTRY_V2(cuStreamDestroy, 4000),
    ENTRY(cuStreamSynchronize, 2000),
    ENTRY(cuStreamQuery, 2000),
    ENTRY(cuStreamWaitEvent, 3020),
    ENTRY_V2(cuStreamBeginCapture, 10010),
    ENTRY(cuStreamEndCapture, 10000),
    ENTRY(cuStreamIsCapturing, 10000),
    ENTRY(cuEventCreate, 2000),
    ENTRY_V2(cuEventDestroy, 4000),
    ENTRY(cuEventRecord, 2000),
    ENTRY(cuEventSynchronize, 2000),
    ENTRY(cuEventQuery, 2000),
    ENTRY(cuEventElapsedTime, 2000),
    ENTRY_V2(cuEventElapsedTime, 12080),
    ENTRY(cuGraphInstantiateWithFlags, 11040),
    ENTRY(cuGraphLaunch, 10000),
    ENTRY(cuGraphExecDestroy, 10000),
    ENTRY(cuGraphDestroy, 10000),
};

}  // namespace

CUresult cuGetProcAddress_v2(const char* symbol, void** function, int version, cuuint64_t,
                             CUdriverProcAddressQueryResult* status) {
  if (symbol == nullptr || function == nullptr) return CUDA_ERROR_INVALID_VALUE;
  *function = nullptr;
  bool known = false;
  for (const EntryPoint& entry : ENTRY_POINTS) {
    if (strcmp(entry.name, symbol) != 0) continue;
    known = true;
    if (entry.version <= version) *function = entry.function;
  }
  if (status != nullptr) {
    *status = *function != nullptr ? CU_GET_PROC_ADDRESS_SUCCESS
              : known              ? CU_GET_PROC_ADDRESS_VERSION_NOT_SUFFICIENT
                                   : CU_GET_PROC_ADDRESS_SYMBOL_NOT_FOUND;
  }
  // The driver does not fail the call where the caller asks for the status.
  return *function != nullptr || status != nullptr ? CUDA_SUCCESS : CUDA_ERROR_NOT_FOUND;
}
