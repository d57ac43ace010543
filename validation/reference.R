# Random-effects results of metafor for any set of meta-analyses.
#   Rscript reference.R INPUT.csv OUTPUT.csv
# INPUT columns: case, yi, vi, one row per trial (other columns are ignored); every case needs at least 2 trials.
# OUTPUT: one row per case, estimator and test, numbers with 17 significant digits (a double survives the round trip).

suppressPackageStartupMessages(library(metafor))

# Why each setting: metafor's defaults stop early (PM and confint at 1e-4, REML at 1e-5) and look for tau2 below 100.
# threshold ends the Fisher scoring; a step below 1e-15 times the variance of the effects is rounding noise.
# tau2.max: the generalized Q is below (k - 1) var(yi) / tau2, so the last root sought, where Q equals the 2.5% quantile
# of chi-squared, is below 1019 var(yi), the value for k = 2; twice that is beyond every root.
settings <- function(yi) {
  spread <- var(yi)
  list(threshold = max(1e-12, 1e-15 * spread), tol = 1e-13, maxiter = 20000, tau2.max = 1 + 2038 * spread)
}

# metafor warns where it sets a REML estimate back to zero because the likelihood is higher there: kept as a column.
# Where Fisher scoring swings for ever it stops; its help advises a smaller stepadj: the column says which was needed.
fit_quietly <- function(yi, vi, method, test, stepadj = 1) {
  warned <- if (stepadj < 1) paste("stepadj =", stepadj) else ""
  fit <- withCallingHandlers(
    tryCatch(
      rma(yi, vi, method = method, test = test, control = c(settings(yi), stepadj = stepadj)),
      error = function(e) if (grepl("did not converge", conditionMessage(e)) && stepadj > 0.0625) NULL else stop(e)
    ),
    warning = function(w) {
      warned <<- strsplit(conditionMessage(w), "\n")[[1]][1]
      invokeRestart("muffleWarning")
    }
  )
  if (is.null(fit)) fit_quietly(yi, vi, method, test, stepadj / 2) else list(fit = fit, warned = warned)
}

digits17 <- function(x) ifelse(is.na(x), "", formatC(x, digits = 17, format = "g", width = 1))

rows_of_case <- function(case, yi, vi) {
  rows <- list()
  for (method in c("REML", "DL", "PM")) {
    adhoc <- fit_quietly(yi, vi, method, "adhoc")$fit
    # After a Wald test metafor uses normal quantiles, so the prediction interval always comes from test = "adhoc".
    prediction <- predict(adhoc)
    between <- confint(adhoc, control = settings(yi))$random["tau^2", c("ci.lb", "ci.ub")]
    share <- paste(digits17(weights(adhoc)), collapse = " ")
    for (test in c("z", "knha", "adhoc")) {
      result <- fit_quietly(yi, vi, method, test)
      fit <- result$fit
      numbers <- c(
        k = fit$k, estimate = c(fit$beta), se = fit$se, ci_low = fit$ci.lb, ci_high = fit$ci.ub,
        pi_low = prediction$pi.lb, pi_high = prediction$pi.ub, tau2 = fit$tau2,
        tau2_ci_low = between[[1]], tau2_ci_high = between[[2]],
        i2 = fit$I2, q = fit$QE, q_df = fit$k - fit$p, q_p = fit$QEp
      )
      rows[[length(rows) + 1]] <- data.frame(
        case = case, method = method, test = test, as.list(setNames(digits17(numbers), names(numbers))),
        weights = if (test == "z") share else "", warning = result$warned
      )
    }
  }
  do.call(rbind, rows)
}

paths <- commandArgs(trailingOnly = TRUE)
if (length(paths) != 2) stop("usage: Rscript reference.R INPUT.csv OUTPUT.csv")
trials <- read.csv(paths[1], colClasses = c(case = "character"))
missing <- setdiff(c("case", "yi", "vi"), names(trials))
if (length(missing) > 0) stop(paths[1], " lacks the columns: ", paste(missing, collapse = ", "))
by_case <- split(trials, factor(trials$case, levels = unique(trials$case)))
results <- do.call(rbind, lapply(by_case, function(case) rows_of_case(case$case[1], case$yi, case$vi)))
write.csv(results, paths[2], row.names = FALSE, quote = c(1, 2, 3, 18, 19), eol = "\n")
