/* Prints all there is to know about the process and the machine. */
#include "test.h"

static void print_process(void) {
  char text[1024];
  size_t size = sizeof(text);
  size_t memory = 0;
  uv_rusage_t usage;
  int status;

  CHECK_OK(uv_get_process_title(text, sizeof(text)));
  printf("title: %s\n", text);
  CHECK_OK(uv_cwd(text, &size));
  printf("directory: %s\n", text);
  CHECK_OK(uv_resident_set_memory(&memory));
  CHECK_GT(memory, 0);
  printf("resident: %zu\n", memory);

  CHECK_OK(uv_getrusage(&usage));
  CHECK_GE(usage.ru_utime.tv_sec, 0);
  CHECK_GE(usage.ru_utime.tv_usec, 0);
  CHECK_GE(usage.ru_stime.tv_sec, 0);
  CHECK_GE(usage.ru_stime.tv_usec, 0);
  printf("user: %ld.%06ld s\n", (long) usage.ru_utime.tv_sec,
         (long) usage.ru_utime.tv_usec);
  status = uv_getrusage_thread(&usage);
#ifdef __linux__
  CHECK_OK(status);
#else
  CHECK(status == 0 || status == UV_ENOTSUP);
#endif

  CHECK_GT(uv_os_getpid(), 0);
  CHECK_GT(uv_os_getppid(), 0);
  printf("pid: %d, parent: %d\n", (int) uv_os_getpid(),
         (int) uv_os_getppid());
}

static void print_user(void) {
  uv_passwd_t user;
  uv_group_t group;
  size_t i;
  CHECK_OK(uv_os_get_passwd(&user));
  printf("user: %s %s %s\n", user.username, user.shell, user.homedir);
  CHECK_OK(uv_os_get_group(&group, user.gid));
  CHECK_EQ(group.gid, user.gid);
  printf("group: %s\n", group.groupname);
  CHECK_NOT_NULL(group.members);
  for (i = 0; group.members[i] != NULL; i++)
    printf("  member: %s\n", group.members[i]);
  uv_os_free_group(&group);
  uv_os_free_passwd(&user);
}

static void print_processors(void) {
  uv_cpu_info_t* infos;
  int count;
  int i;
  CHECK_OK(uv_cpu_info(&infos, &count));
  CHECK_GT(count, 0);
  for (i = 0; i < count; i++) {
    CHECK_NOT_NULL(infos[i].model);
    printf("processor: %s, %d MHz, user %ju\n", infos[i].model,
           infos[i].speed, (uintmax_t) infos[i].cpu_times.user);
  }
  uv_free_cpu_info(infos, count);
}

static void print_interfaces(void) {
  uv_interface_address_t* addresses;
  int count;
  int i;
  CHECK_OK(uv_interface_addresses(&addresses, &count));
  for (i = 0; i < count; i++) {
    char address[INET6_ADDRSTRLEN] = "";
    char mask[INET6_ADDRSTRLEN] = "";
    const uv_interface_address_t* entry = &addresses[i];
    if (entry->address.address4.sin_family == AF_INET) {
      CHECK_OK(uv_ip4_name(&entry->address.address4, address, sizeof(address)));
      CHECK_OK(uv_ip4_name(&entry->netmask.netmask4, mask, sizeof(mask)));
    } else if (entry->address.address4.sin_family == AF_INET6) {
      CHECK_OK(uv_ip6_name(&entry->address.address6, address, sizeof(address)));
      CHECK_OK(uv_ip6_name(&entry->netmask.netmask6, mask, sizeof(mask)));
    }
    printf("interface: %s, internal %d, %s, %s\n", entry->name,
           entry->is_internal, address, mask);
  }
  uv_free_interface_addresses(addresses, count);
}

/* ---- How many processors the control group grants ---- */

#ifdef __linux__

/* The group of the given hierarchy ("" is version 2), or NULL. */
static const char* cgroup_path(const char* controller) {
  static char line[4096];
  FILE* file = fopen("/proc/self/cgroup", "r");
  const char* found = NULL;
  while (file != NULL && found == NULL &&
         fgets(line, sizeof(line), file) != NULL) {
    char* names = strchr(line, ':');
    char* path = names == NULL ? NULL : strchr(names + 1, ':');
    if (path == NULL)
      continue;
    *path++ = '\0';
    names++;
    path[strcspn(path, "\n")] = '\0';
    if (*controller == '\0' ? *names == '\0'
                            : strstr(names, controller) != NULL)
      found = path;
  }
  if (file != NULL)
    fclose(file);
  return found;
}

static int read_numbers(const char* path, long long* one, long long* two) {
  FILE* file = fopen(path, "r");
  int count;
  if (file == NULL)
    return 0;
  count = fscanf(file, "%lld %lld", one, two);
  fclose(file);
  return count;
}

static long long granted_processors(void) {
  long long quota = -1;
  long long period = -1;
  long long unused;
  char path[8192];
  const char* group = cgroup_path("");
  if (group != NULL) {
    snprintf(path, sizeof(path), "/sys/fs/cgroup%s/cpu.max", group);
    if (read_numbers(path, &quota, &period) != 2)
      quota = -1;
  }
  group = cgroup_path("cpu,cpuacct");
  if (quota < 0 && group != NULL) {
    snprintf(path, sizeof(path),
             "/sys/fs/cgroup/cpu,cpuacct%s/cpu.cfs_quota_us", group);
    read_numbers(path, &quota, &unused);
    snprintf(path, sizeof(path),
             "/sys/fs/cgroup/cpu,cpuacct%s/cpu.cfs_period_us", group);
    read_numbers(path, &period, &unused);
  }
  return quota > 0 && period > 0 ? quota / period : 0;
}

#else

static long long granted_processors(void) {
  return 0;
}

#endif

TEST(platform_output, SETUP_ARGS) {
  uv_utsname_t system;
  double uptime = 0;

  print_process();
  print_user();
  print_processors();
  print_interfaces();

  CHECK_OK(uv_uptime(&uptime));
  CHECK(uptime > 0);
  printf("uptime: %f\n", uptime);
  CHECK_OK(uv_os_uname(&system));
  printf("system: %s %s %s %s\n", system.sysname, system.release,
         system.version, system.machine);

  printf("parallelism: %u, granted: %lld\n", uv_available_parallelism(),
         granted_processors());
  CHECK_GE(uv_available_parallelism(), 1);
  CHECK_GE(uv_available_parallelism(), granted_processors());
}
