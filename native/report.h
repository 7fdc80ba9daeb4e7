// What the simulator has to say goes to standard error, one line a finding.
#pragma once

#include <cstdarg>

namespace simulator {

__attribute__((format(printf, 1, 2))) void report(const char* format, ...);
void report(const char* format, va_list arguments);

}  // namespace simulator
