#ifndef E2E_VERSION_H
#define E2E_VERSION_H

/// The version of the SDK, as its package and the plugins' note say it. sdk/CMakeLists.txt reads it from
/// here.
#define E2E_SDK_VERSION "0.1.0"

#endif
