// Where $TREE_HANGS_LOADING is set, loading this plugin does not end: so that there is a time when it is
// described.
#include <unistd.h>

#include <cstdlib>

[[gnu::constructor]] static void hang_if_wanted() {
  while (std::getenv("TREE_HANGS_LOADING") != nullptr) ::pause();
}
