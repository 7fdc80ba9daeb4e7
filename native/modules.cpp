// Modules and functions. Whatever image is loaded, its kernels are those that were compiled into
// this library.
#include <cstdlib>
#include <cstring>

#include "driver.h"

namespace simulator {

static Handles<CUmod_st> modules;
static std::set<CUfunction> functions;  // of all modules

void end_modules() {
  modules.clear();
  functions.clear();
}

CUfunc_st* find_function(CUfunction function, const char* call) {
  if (functions.contains(function)) return function;
  invalid_handle(call, "function", function);
  return nullptr;
}

static CUresult load(CUmodule* module, const void* image) {
  if (module == nullptr || image == nullptr) return CUDA_ERROR_INVALID_VALUE;
  *module = modules.add(std::make_unique<CUmod_st>());
  return CUDA_SUCCESS;
}

}  // namespace simulator

using namespace simulator;

CUresult cuModuleLoadData(CUmodule* module, const void* image) {
  return call_in_context([&] { return load(module, image); });
}

CUresult cuModuleLoadDataEx(CUmodule* module, const void* image, unsigned int options,
                            CUjit_option* names, void** values) {
  return call_in_context([&] {
    if (options > 0 && (names == nullptr || values == nullptr)) return CUDA_ERROR_INVALID_VALUE;
    return load(module, image);
  });
}

CUresult cuModuleUnload(CUmodule module) {
  return call_in_context([&] {
    if (!modules.has(module)) return invalid_handle("cuModuleUnload", "module", module);
    for (const auto& [name, function] : module->functions) functions.erase(function.get());
    modules.remove(module);
    return CUDA_SUCCESS;
  });
}

CUresult cuModuleGetFunction(CUfunction* function, CUmodule module, const char* name) {
  return call_in_context([&] {
    if (function == nullptr || name == nullptr) return CUDA_ERROR_INVALID_VALUE;
    if (!modules.has(module)) return invalid_handle("cuModuleGetFunction", "module", module);
    auto& known = module->functions[name];
    for (const Kernel* kernel = kernels(); kernel != nullptr && known == nullptr;
         kernel = kernel->next) {
      if (strcmp(kernel->name, name) == 0) {
        known = std::make_unique<CUfunc_st>(CUfunc_st{kernel, int(DEFAULT_SHARED_LIMIT)});
      }
    }
    if (known == nullptr) {
      module->functions.erase(name);
      return CUDA_ERROR_NOT_FOUND;
    }
    *function = *functions.insert(known.get()).first;
    return CUDA_SUCCESS;
  });
}

CUresult cuFuncGetAttribute(int* value, CUfunction_attribute attribute, CUfunction function) {
  return call([&] {
    if (value == nullptr) return CUDA_ERROR_INVALID_VALUE;
    const CUfunc_st* known = find_function(function, "cuFuncGetAttribute");
    if (known == nullptr) return CUDA_ERROR_INVALID_HANDLE;
    switch (attribute) {
      case CU_FUNC_ATTRIBUTE_MAX_THREADS_PER_BLOCK: *value = known->kernel->max_threads; break;
      case CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES:
        *value = known->dynamic_shared_limit;
        break;
      case CU_FUNC_ATTRIBUTE_PREFERRED_SHARED_MEMORY_CARVEOUT:
        *value = CU_SHAREDMEM_CARVEOUT_DEFAULT;
        break;
      case CU_FUNC_ATTRIBUTE_PTX_VERSION:
      case CU_FUNC_ATTRIBUTE_BINARY_VERSION: *value = 90; break;
      // What a compiler for the device would know; nothing here has registers.
      case CU_FUNC_ATTRIBUTE_SHARED_SIZE_BYTES:
      case CU_FUNC_ATTRIBUTE_CONST_SIZE_BYTES:
      case CU_FUNC_ATTRIBUTE_LOCAL_SIZE_BYTES:
      case CU_FUNC_ATTRIBUTE_NUM_REGS:
      case CU_FUNC_ATTRIBUTE_CACHE_MODE_CA: *value = 0; break;
      default: return CUDA_ERROR_INVALID_VALUE;
    }
    return CUDA_SUCCESS;
  });
}

CUresult cuFuncSetAttribute(CUfunction function, CUfunction_attribute attribute, int value) {
  return call([&] {
    CUfunc_st* known = find_function(function, "cuFuncSetAttribute");
    if (known == nullptr) return CUDA_ERROR_INVALID_HANDLE;
    switch (attribute) {
      case CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES:
        if (value < 0 || size_t(value) > SHARED_LIMIT) return CUDA_ERROR_INVALID_VALUE;
        known->dynamic_shared_limit = value;
        return CUDA_SUCCESS;
      case CU_FUNC_ATTRIBUTE_PREFERRED_SHARED_MEMORY_CARVEOUT:
        return value < -1 || value > 100 ? CUDA_ERROR_INVALID_VALUE : CUDA_SUCCESS;
      default: return CUDA_ERROR_INVALID_VALUE;
    }
  });
}

CUresult cuFuncGetParamInfo(CUfunction function, size_t index, size_t* offset, size_t* bytes) {
  return call([&] {
    if (offset == nullptr) return CUDA_ERROR_INVALID_VALUE;
    const CUfunc_st* known = find_function(function, "cuFuncGetParamInfo");
    if (known == nullptr) return CUDA_ERROR_INVALID_HANDLE;
    if (index >= size_t(known->kernel->parameter_count)) return CUDA_ERROR_INVALID_VALUE;
    *offset = known->kernel->parameters[index].offset;
    if (bytes != nullptr) *bytes = known->kernel->parameters[index].size;
    return CUDA_SUCCESS;
  });
}
