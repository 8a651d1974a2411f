# Debian's alternatives lead to these.
LD_LIBRARY_PATH=$(dirname /usr/lib/*/blas/libblas.so.3):$(dirname /usr/lib/*/lapack/liblapack.so.3)
export LD_LIBRARY_PATH
Rscript --vanilla - <<'X'
library(fs)
dir_create("a/b/c")
files <- file_create(path("a", "b", sprintf("file%03d", 1:300)))
invisible(file_copy(files, path("a", sprintf("copy%03d", 1:300))))
invisible(file_move(path("a", "copy001"), path("a", "moved")))
writeLines(strrep("x", 5000), "a/large")
info <- file_info(dir_ls("a", recurse = TRUE, type = "file"))
print(nrow(info)); print(sum(as.numeric(info$size)))
invisible(link_create(path_abs("a/large"), "link")); print(link_exists("link")); print(path_file(link_path("link")))
invisible(file_chmod("a/large", "u=rw,go=")); print(file_info("a/large")$permissions)
print(file_access(c("a/large", "missing"), "exists"))
print(tryCatch(file_delete("missing"), error = function(e) class(e)[1]))
invisible(file_delete(files)); invisible(dir_copy("a", "z")); print(length(dir_ls("z", recurse = TRUE)))
invisible(dir_delete("a")); print(dir_exists("a"))
X
