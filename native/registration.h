// How a kernel compiled by g++ becomes known by its name, its parameters and a way to call it.
#pragma once

#include "cuda_types.h"
#include "simulator.h"

#include <cstddef>
#include <utility>

namespace simulator {

struct Parameter {
  size_t offset;  // in a packed parameter buffer, as cuFuncGetParamInfo gives it
  size_t size;
  bool pointer;
};

struct Kernel {
  const char* name;
  int max_threads;
  const Parameter* parameters;
  int parameter_count;
  void (*thread)(void* const* arguments);       // one thread, indices set by the caller
  void (*all_threads)(void* const* arguments);  // every thread of the block in a plain loop, null
                                                // where threads must meet
  const Kernel* next;
};

// Kernels register while the library is loaded, in no order that matters.
void register_kernel(Kernel& kernel);
const Kernel* kernels();  // the first of all, `next` leads on

template <auto function>
struct Call;

template <typename... A, void (*function)(A...)>
struct Call<function> {
  static constexpr int count = sizeof...(A);

  struct Parameters {
    Parameter list[count + 1] = {};
    constexpr Parameters() {
      const size_t sizes[] = {sizeof(A)..., 0};
      const size_t alignments[] = {alignof(A)..., 1};
      const bool pointers[] = {std::is_pointer_v<A>..., false};
      size_t end = 0;
      for (int i = 0; i < count; i++) {
        size_t offset = (end + alignments[i] - 1) / alignments[i] * alignments[i];
        list[i] = {offset, sizes[i], pointers[i]};
        end = offset + sizes[i];
      }
    }
  };
  static constexpr Parameters parameters{};

  template <size_t... I>
  static void call(void* const* arguments, std::index_sequence<I...>) {
    function(*static_cast<A*>(arguments[I])...);
  }
  static void thread(void* const* arguments) { call(arguments, std::index_sequence_for<A...>()); }

  template <size_t... I>
  static void loop(void* const* arguments, std::index_sequence<I...>) {
    // Copies, so that the compiler need not think of a store to an output as a change of a
    // parameter.
    auto run = [](A... argument) {
      const dim3 size = block_size;
      if (thread_order != nullptr) {
        for (unsigned i = 0; i < size.x * size.y * size.z; i++) {
          unsigned t = thread_order[i];
          thread_index = {t % size.x, t / size.x % size.y, t / size.x / size.y};
          function(argument...);
        }
        return;
      }
      for (unsigned z = 0; z < size.z; z++) {
        for (unsigned y = 0; y < size.y; y++) {
          for (unsigned x = 0; x < size.x; x++) {
            thread_index = {x, y, z};
            function(argument...);
          }
        }
      }
    };
    run(*static_cast<A*>(arguments[I])...);
  }
  static void all_threads(void* const* arguments) {
    loop(arguments, std::index_sequence_for<A...>());
  }
};

struct Registration {
  Kernel kernel;
  Registration(const char* name, int max_threads, const Parameter* parameters, int count,
               void (*thread)(void* const*), void (*all_threads)(void* const*))
      : kernel{name, max_threads, parameters, count, thread, all_threads, nullptr} {
    register_kernel(kernel);
  }
};

}  // namespace simulator

#define KERNEL_BOUNDS(name, threads)       \
  enum { name##_max_threads = (threads) }; \
  static void name
#define KERNEL(name) KERNEL_BOUNDS(name, 1024)

#define SIMULATOR_REGISTER(name, all_threads)                            \
  static simulator::Registration name##_registration(                    \
      #name, name##_max_threads, simulator::Call<name>::parameters.list, \
      simulator::Call<name>::count, simulator::Call<name>::thread, all_threads);
#define KERNEL_END(name) SIMULATOR_REGISTER(name, nullptr)
#define KERNEL_END_LOOP(name) SIMULATOR_REGISTER(name, simulator::Call<name>::all_threads)
