"""Words for the codes of the results, in English and, where Chinese speaks of them, in Chinese."""

EN, ZH = "en", "zh-Hans"

OUTCOME_NAMES = {
    "hba1c": {EN: "HbA1c", ZH: "糖化血红蛋白"},
    "fpg": {EN: "fasting glucose", ZH: "空腹血糖"},
    "ppg": {EN: "post-prandial glucose", ZH: "餐后2 h血糖"},
    "insulin_iu_per_day": {EN: "daily insulin (IU/day)", ZH: "每日外源胰岛素用量（IU/d）"},
    "insulin_iu_per_kg_per_day": {
        EN: "daily insulin per body weight (IU/kg/day)",
        ZH: "单位体重每日外源胰岛素用量（IU·kg⁻¹·d⁻¹）",
    },
    "composite_responders": {
        EN: "response (insulin cut by half or more with HbA1c below 7%)",
        ZH: "复合应答（外源胰岛素用量减少50%及以上且糖化血红蛋白<7%）",
    },
    "hba1c_responders": {EN: "HbA1c below 7%", ZH: "糖化血红蛋白达标率（<7%）"},
    "c_peptide_fasting": {EN: "fasting C-peptide", ZH: "空腹C肽"},
    "c_peptide_stimulated": {EN: "stimulated C-peptide", ZH: "刺激后C肽"},
    "c_peptide_auc": {EN: "C-peptide area under the curve", ZH: "C肽曲线下面积"},
    "homa_b": {EN: "HOMA-B", ZH: "稳态模型法评估的胰岛β细胞功能指数（HOMA-B）"},
    "homa_ir": {EN: "HOMA-IR", ZH: "稳态模型法评估的胰岛素抵抗指数（HOMA-IR）"},
}

UNIT_WORDS = {
    "percentage points": {EN: " percentage points", ZH: "个百分点"},
    "mmol/L": {EN: " mmol/L", ZH: " mmol/L"},
    "nmol/L": {EN: " nmol/L", ZH: " nmol/L"},
    "IU/day": {EN: " IU/day", ZH: " IU/d"},
    "IU/kg/day": {EN: " IU/kg/day", ZH: " IU·kg⁻¹·d⁻¹"},
    "share of participants": {EN: " percentage points", ZH: "个百分点"},
    "SD units": {EN: " SD units", ZH: "个标准差"},
    "index points": {EN: "", ZH: ""},
    "natural logarithm": {EN: "", ZH: ""},
}

POPULATION_NAMES = {
    "t2dm": {EN: "type 2 diabetes", ZH: "2型糖尿病"},
    "t1dm": {EN: "type 1 diabetes", ZH: "1型糖尿病"},
    "both": {EN: "type 1 or type 2 diabetes", ZH: "1型或2型糖尿病"},
}

PRODUCT_NAMES = {
    "msc": "MSC alone",
    "msc_or_with_others": "MSC, alone or with other cells",
    "msc_with_other_cells": "MSC with other cells",
    "not_expanded_msc": "cells not expanded",
    "any": "any cell product",
    "none": "no cells",
}

# Remarks beside an effect.
FLAGS = {
    "n_randomized": "n is the number allocated; the number analyzed was not printed",
    "n_derived": "n derived from a printed percentage",
    "count_derived": "counts derived: the only ones that give the printed percentages and interval",
    "selected_dose": "printed for one of several doses",
    "spread_unlabeled": "± not labeled; read as SD",
    "spread_ambiguous": "± not labeled; read as SD, an SE would fit too",
    "spread_read_as_se": "± not labeled; read as SE",
    "spread_contradicts_p": "± not labeled; neither reading fits the printed p; read as SD",
    "arm_without_spread": "an arm without a spread is left out",
    "converted_from_medians": "means and SDs converted from medians and quartiles",
    "possibly_skewed": "possibly skewed: mean below twice the SD",
    "baselines_differ": "arms differed at baseline; see the difference in change",
}

# Why an eligible trial is not in a pool.
REASONS = {
    "not_reported": "no value in the text available",
    "time_not_stated": "value without a time of measurement",
    "baseline_only": "value at baseline only in the text available",
    "before_12_weeks": "value only before 12 weeks",
    "beyond_24_months": "value or direction only beyond 24 months",
    "direction_only": "direction or percent change only",
    "other_unit": "value in a unit of another pool",
    "other_definition": "response defined otherwise",
    "co_intervention": "the cell arm alone received another treatment too",
    "left_out": "left out in this analysis",
    "blinding_not_stated": "blinding not stated, or contradicted by the registry record",
}

# Why a number of a pooled trial is wanted, and why nothing can be said of what a number would do.
GAPS = {"n_randomized": "n as assigned was used"}
UNBOUNDED = {
    "n_not_stated": "cannot be bounded: n not stated",
    "no_prediction_interval": "cannot be bounded: fewer than three trials",
    "no_sd": "cannot be bounded: no SD printed in the pool",
}
NUMBERS = {"mean": "mean", "sd": "SD", "n": "n analyzed"}

# Variants of a pool, in the words of the sensitivity table.
VARIANTS = {
    "": "Main analysis: REML, ad hoc Hartung-Knapp interval",
    "other_dose_end": "Other end of the printed range of differences over doses",
    "dl": "DerSimonian-Laird instead of REML",
    "pm": "Paule-Mandel instead of REML",
    "blinded_only": "Blinded trials only, not contradicted by the registry",
    "full_sources_only": "Values from abstracts or papers only",
    "with_co_intervention": "With trials whose cell arm alone had another treatment",
    "change_from_baseline": "Difference in change where baselines differ",
    "se_reading": "Unlabeled ± read as SE where the printed p allows it",
    "next_usable_time": "Next nearest time where the nearest gives no value",
    "derived_n": "n derived from printed percentages",
    "printed_change": "Printed changes where they contradict the printed means",
    "p_based_se": "SE from the printed p where there is one",
    "split_overlap": "Probable overlaps counted as separate trials",
    "log_rr": "Risk ratio",
    "peto": "Peto odds ratio",
}

LEVELS = {
    "high": {EN: "high", ZH: "高"},
    "moderate": {EN: "moderate", ZH: "中"},
    "low": {EN: "low", ZH: "低"},
    "very low": {EN: "very low", ZH: "极低"},
    "none": {EN: "not graded", ZH: "未分级"},
}

VERDICTS = {
    "supported": {EN: "supported", ZH: "得到支持"},
    "contradicted": {EN: "contradicted", ZH: "与证据相悖"},
    "not established": {EN: "not established", ZH: "尚未证实"},
    "uncontrolled only": {EN: "uncontrolled evidence only", ZH: "证据仅来自无对照研究"},
    "supported in direction only": {EN: "supported in direction only", ZH: "仅效应方向得到支持"},
    "not testable": {EN: "not testable", ZH: "无法检验"},
}

JUDGMENTS = {
    "low": {EN: "low risk", ZH: "低风险"},
    "some concerns": {EN: "some concerns", ZH: "存在一定风险"},
    "high": {EN: "high risk", ZH: "高风险"},
    "no information": {EN: "no information", ZH: "无信息"},
    "no comparator": {EN: "no comparator", ZH: "无对照"},
}
