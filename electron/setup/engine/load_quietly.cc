// The addon that tfjs-node loads: it loads the one that is bound to TensorFlow, with standard error closed meanwhile.
// TensorFlow writes there while it is being loaded, before any of its settings is heeded (tensorflow issue 100442), and
// standard error is where people read what Convscope says.
//
// BINDING is the place of the addon behind this one.
#include <dlfcn.h>
#include <fcntl.h>
#include <node_api.h>
#include <unistd.h>

namespace {

class ClosedStandardError {
 public:
  ClosedStandardError() : saved_(dup(STDERR_FILENO)) {
    const int nowhere = open("/dev/null", O_WRONLY);
    if (saved_ >= 0 && nowhere >= 0) dup2(nowhere, STDERR_FILENO);
    if (nowhere >= 0) close(nowhere);
  }
  ~ClosedStandardError() {
    if (saved_ < 0) return;
    dup2(saved_, STDERR_FILENO);
    close(saved_);
  }

 private:
  const int saved_;
};

void* LoadBinding() {
  const ClosedStandardError closed;
  return dlopen(BINDING, RTLD_LAZY);
}

}  // namespace

NAPI_MODULE_INIT() {
  using Register = napi_value (*)(napi_env, napi_value);
  void* const binding = LoadBinding();
  const auto start =
      binding == nullptr ? nullptr : reinterpret_cast<Register>(dlsym(binding, "napi_register_module_v1"));
  if (start == nullptr) {
    napi_throw_error(env, nullptr, dlerror());
    return nullptr;
  }
  return start(env, exports);
}
