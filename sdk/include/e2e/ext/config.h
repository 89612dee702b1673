/* e2e.config/1, implemented by the host: what the configuration says of this plugin and of the service that
 * its instance is for. Answers from init() on, the same each time; texts are borrowed for the life of the
 * instance. All functions are [any-thread] unless marked. */
#ifndef E2E_EXT_CONFIG_H
#define E2E_EXT_CONFIG_H

#include "../abi.h"

#ifdef __cplusplus
extern "C" {
#endif

#define E2E_EXT_CONFIG "e2e.config/1"

typedef struct e2e_config_v1 {
  uint32_t struct_size;
  uint32_t reserved;
  /* The settings, services.SERVICE.plugins.ID of e2e.conf, as one JSON value of at most 1 MiB, with variables
   * put in; "{}" where it has none. */
  e2e_str (*settings)(const e2e_host* host);
  /* The service: its name, and what its page will say of it. */
  e2e_str (*service)(const e2e_host* host);
  e2e_str (*base_url)(const e2e_host* host);
  e2e_str (*health_endpoint)(const e2e_host* host);
  /* general.environment: "dev", "staging". */
  e2e_str (*environment)(const e2e_host* host);
  /* [init() only] The settings are wrong: at `pointer`, a JSON pointer into them (empty: as a whole), for the
   * reason `message`, lower case, with the way out. May be called several times; init() then returns
   * E2E_ERROR. The host shows each with its place in e2e.conf and does not run. Inputs are borrowed for the
   * call; beyond 100 calls and 4096 bytes each nothing more is kept. */
  void (*reject)(const e2e_host* host, e2e_str pointer, e2e_str message);
} e2e_config_v1;

#ifdef __cplusplus
}
#endif

#endif
