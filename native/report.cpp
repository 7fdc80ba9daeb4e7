#include "report.h"

#include "hooks.h"

#include <atomic>
#include <cstdio>
#include <mutex>

namespace simulator {

static std::mutex printing;
static std::atomic<int> reports;

void report(const char* format, va_list arguments) {
  reports++;
  std::lock_guard lock(printing);
  fputs("palimpsest simulator: ", stderr);
  vfprintf(stderr, format, arguments);
  fputc('\n', stderr);
}

void report(const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  report(format, arguments);
  va_end(arguments);
}

}  // namespace simulator

int palimpsest_simulator_reports() { return simulator::reports; }

void palimpsest_simulator_report(const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  simulator::report(format, arguments);
  va_end(arguments);
}
