# Pools of synthetic trials by metafor, timed without its start; beside `ours.py`, which writes the same columns.
#   Rscript metafor.R gosh|pools INPUT.csv OUTPUT.csv
# INPUT columns: case, yi, vi. Prints the seconds. OUTPUT: one row per pool; for gosh `case` is the sum of 2^i over
# the trials i of the subset, from 0, and what gosh does not give is left out. A single trial has no heterogeneity.

suppressPackageStartupMessages(library(metafor))

# The default ends REML at steps below 1e-5, which would not do for an agreement to 1e-6.
control <- list(threshold = 1e-12, maxiter = 10000)

every_subset <- function(trials) {
  fit <- rma(yi, vi, data = trials, method = "REML", control = control)
  found <- gosh(fit, progbar = FALSE)
  case <- found$incl %*% 2^(seq_len(nrow(trials)) - 1)
  several <- ifelse(found$res$k > 1, 1, NA)
  data.frame(case = case, estimate = found$res$estimate, tau2 = several * found$res$tau2, i2 = several * found$res$I2)
}

# Where Fisher scoring swings for ever metafor stops; its help advises smaller steps.
one_pool <- function(trials, stepadj = 1) {
  tryCatch(
    rma(trials$yi, trials$vi, method = "REML", test = "adhoc", control = c(control, stepadj = stepadj)),
    error = function(e) if (stepadj > 0.0625) one_pool(trials, stepadj / 2) else stop(e)
  )
}

each_pool <- function(cases) {
  fits <- lapply(cases, one_pool)
  take <- function(field) vapply(fits, function(fit) c(fit[[field]]), 0)
  data.frame(
    case = names(cases), estimate = take("beta"), se = take("se"), ci_low = take("ci.lb"), ci_high = take("ci.ub"),
    tau2 = take("tau2"), i2 = take("I2")
  )
}

arguments <- commandArgs(trailingOnly = TRUE)
if (length(arguments) != 3) stop("usage: Rscript metafor.R gosh|pools INPUT.csv OUTPUT.csv")
trials <- read.csv(arguments[2])
work <- switch(arguments[1], gosh = every_subset, pools = each_pool, stop("no work ", arguments[1]))
given <- if (arguments[1] == "pools") split(trials, trials$case) else trials
seconds <- system.time(found <- suppressWarnings(work(given)))["elapsed"]
found[-1] <- lapply(found[-1], formatC, digits = 17, format = "g", width = 1)
write.csv(found, arguments[3], row.names = FALSE, quote = FALSE)
cat(seconds, "\n")
