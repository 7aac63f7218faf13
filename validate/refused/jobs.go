package refused

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/efgen/efgen/validate/manifest"
	"github.com/efgen/efgen/validate/rule"
)

func checkJob(f *rule.Finder, job *batchv1.Job, at manifest.Place) {
	checkJobSpec(f, &job.Spec, at.Below("spec"))
	if job.Spec.Selector != nil && (job.Spec.ManualSelector == nil || !*job.Spec.ManualSelector) {
		f.Report(at.Below("spec.selector"), "leave it out", "a Job selects its own pods, and has a selector")
	}
}

func checkCronJob(f *rule.Finder, job *batchv1.CronJob, at manifest.Place) {
	checkJobSpec(f, &job.Spec.JobTemplate.Spec, at.Below("spec.jobTemplate.spec"))
	schedule := job.Spec.Schedule
	if zone := job.Spec.TimeZone; zone != nil && (*zone == "" || strings.EqualFold(*zone, "local") || strings.ContainsAny(*zone, " !") || strings.Contains(*zone, "..")) {
		f.Report(at.Below("spec.timeZone"), "use a name such as Europe/Berlin, or leave it out", "timeZone is %q, which is no time zone", *zone)
	}
	switch fault := cronFault(schedule); {
	case schedule == "":
	case strings.Contains(schedule, "TZ="):
		f.Report(at.Below("spec.schedule"), "use timeZone", "schedule %q names a time zone", schedule)
	case fault != "":
		f.Report(at.Below("spec.schedule"), "write five fields, as in 30 3 * * 1-5: minute, hour, day of the month, month, day of the week", "schedule is %q: %s", schedule, fault)
	}
}

func checkJobSpec(f *rule.Finder, job *batchv1.JobSpec, at manifest.Place) {
	pod := at.Below("template.spec")
	switch policy := job.Template.Spec.RestartPolicy; {
	case policy == "" || policy == corev1.RestartPolicyAlways:
		f.Report(pod.Below("restartPolicy"), "use Never or OnFailure", "restartPolicy is %q, and must be Never or OnFailure in a Job", policy)
	case policy == corev1.RestartPolicyOnFailure && job.PodFailurePolicy != nil:
		f.Report(pod.Below("restartPolicy"), "use Never, or leave podFailurePolicy out", "podFailurePolicy needs restartPolicy: Never")
	}
	indexed := job.CompletionMode != nil && *job.CompletionMode == batchv1.IndexedCompletion
	if indexed && job.Completions == nil {
		f.Report(at.Below("completions"), "add it, or leave completionMode out", "completionMode Indexed needs completions")
	}
	if !indexed && job.BackoffLimitPerIndex != nil {
		f.Report(at.Below("backoffLimitPerIndex"), "use completionMode: Indexed, or leave it out", "backoffLimitPerIndex needs completionMode: Indexed")
	}
	if job.MaxFailedIndexes != nil && job.BackoffLimitPerIndex == nil {
		f.Report(at.Below("maxFailedIndexes"), "add backoffLimitPerIndex, or leave it out", "maxFailedIndexes needs backoffLimitPerIndex")
	}
	if job.PodFailurePolicy != nil {
		checkFailurePolicy(f, job, at.Below("podFailurePolicy"))
	}
}

func checkFailurePolicy(f *rule.Finder, job *batchv1.JobSpec, at manifest.Place) {
	if policy := job.PodReplacementPolicy; policy != nil && *policy == batchv1.TerminatingOrFailed {
		f.Report(at, "use podReplacementPolicy: Failed", "podFailurePolicy needs podReplacementPolicy: Failed")
	}
	for i, one := range job.PodFailurePolicy.Rules {
		where := at.Below("rules").Item(i)
		if codes := one.OnExitCodes; (codes == nil) == (len(one.OnPodConditions) == 0) {
			f.Report(where, "name either onExitCodes or onPodConditions", "the rule needs one of onExitCodes and onPodConditions")
		} else if codes != nil {
			checkExitCodes(f, job, codes, where.Below("onExitCodes"))
		}
		if one.Action == batchv1.PodFailurePolicyActionFailIndex && job.BackoffLimitPerIndex == nil {
			f.Report(where.Below("action"), "add backoffLimitPerIndex, or use FailJob", "action FailIndex needs backoffLimitPerIndex")
		}
	}
}

func checkExitCodes(f *rule.Finder, job *batchv1.JobSpec, codes *batchv1.PodFailurePolicyOnExitCodesRequirement, at manifest.Place) {
	for i, code := range codes.Values {
		switch where := at.Below("values").Item(i); {
		case code == 0 && codes.Operator == batchv1.PodFailurePolicyOnExitCodesOpIn:
			f.Report(where, "name the codes of failures", "exit code %d is no failure", code)
		case i > 0 && codes.Values[i-1] > code:
			f.Report(where, "sort the codes", "exit code %d is not in order", code)
		}
	}
	name := codes.ContainerName
	if name == nil {
		return
	}
	for _, list := range [][]corev1.Container{job.Template.Spec.Containers, job.Template.Spec.InitContainers} {
		for _, c := range list {
			if c.Name == *name {
				return
			}
		}
	}
	f.Report(at.Below("containerName"), "use the name of a container of the pod", "containerName is %q, and the pod has no such container", *name)
}

// A cronField is one of the five of a schedule.
type cronField struct {
	name        string
	least, most int
	// words stand for numbers from least on.
	words []string
}

var cronFields = []cronField{
	{"minute", 0, 59, nil},
	{"hour", 0, 23, nil},
	{"day of the month", 1, 31, nil},
	{"month", 1, 12, []string{"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}},
	{"day of the week", 0, 6, []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}},
}

var cronNames = []string{"@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"}

// cronFault says why a text is no schedule; empty if it is one.
func cronFault(schedule string) string {
	if interval, ok := strings.CutPrefix(schedule, "@every "); ok {
		if _, err := time.ParseDuration(interval); err != nil {
			return fmt.Sprintf("%q is no duration", interval)
		}
		return ""
	}
	if strings.HasPrefix(schedule, "@") {
		if !slices.Contains(cronNames, schedule) {
			return "there is no such name"
		}
		return ""
	}
	parts := strings.Fields(schedule)
	if len(parts) != len(cronFields) {
		return fmt.Sprintf("there are %d fields, and must be 5", len(parts))
	}
	for i, part := range parts {
		for one := range strings.SplitSeq(part, ",") {
			if fault := cronFields[i].fault(one); fault != "" {
				return cronFields[i].name + " " + fault
			}
		}
	}
	return ""
}

// fault looks at `*`, `3`, `3-5`, each with a step such as `/2` if need be.
func (f cronField) fault(text string) string {
	span, step, stepped := strings.Cut(text, "/")
	if n, err := strconv.Atoi(step); stepped && (err != nil || n < 1) {
		return fmt.Sprintf("%q has no step", text)
	}
	if span == "*" || span == "?" {
		return ""
	}
	first, last, ranged := strings.Cut(span, "-")
	from, known := f.number(first)
	to := from
	if ranged && known {
		to, known = f.number(last)
	}
	switch {
	case !known:
		return fmt.Sprintf("%q is no number", text)
	case from < f.least || to > f.most || from > to:
		return fmt.Sprintf("%q is not within %d to %d", text, f.least, f.most)
	}
	return ""
}

func (f cronField) number(text string) (n int, known bool) {
	if i := slices.Index(f.words, strings.ToLower(text)); i >= 0 {
		return f.least + i, true
	}
	n, err := strconv.Atoi(text)
	return n, err == nil
}
