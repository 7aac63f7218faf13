package report

import (
	"cmp"
	"encoding/xml"
	"io"
	"slices"

	"github.com/efgen/efgen/validate/rule"
)

// JUnit prints a test suite for each environment, and one for problems of none,
// with a test case for each rule that a manifest breaks. Only errors fail;
// warnings and notes are the output of cases that pass.
func JUnit(w io.Writer, environments []string, problems []rule.Problem) error {
	document := junitDocument{Name: "efgen"}
	for _, name := range suites(environments, problems) {
		suite := junitSuiteOf(name, problems)
		document.Tests += suite.Tests
		document.Failures += suite.Failures
		document.Suites = append(document.Suites, suite)
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	encoder := xml.NewEncoder(w)
	encoder.Indent("", "  ")
	if err := encoder.Encode(document); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

// suites names the environments that there is something to say of; "" is none.
func suites(environments []string, problems []rule.Problem) []string {
	names := slices.Clone(environments)
	for _, p := range problems {
		names = append(names, p.Environment)
	}
	if len(names) == 0 {
		return []string{""}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func junitSuiteOf(environment string, problems []rule.Problem) junitSuite {
	suite := junitSuite{Name: cmp.Or(Plain(environment), "no environment")}
	cases := map[string]*junitCase{}
	for _, p := range problems {
		if p.Environment != environment {
			continue
		}
		p = plain(p)
		name := cmp.Or(p.Manifest, p.File, suite.Name) + " " + p.Rule
		if cases[name] == nil {
			cases[name] = &junitCase{Class: suite.Name, Name: name}
			suite.Cases = append(suite.Cases, cases[name])
		}
		cases[name].add(p)
	}
	if len(suite.Cases) == 0 {
		suite.Cases = []*junitCase{{Class: suite.Name, Name: "no problems"}}
	}
	suite.Tests = len(suite.Cases)
	for _, c := range suite.Cases {
		if c.Failure != nil {
			suite.Failures++
		}
	}
	return suite
}

func (c *junitCase) add(p rule.Problem) {
	text := p.String() + "\n"
	if p.Hint != "" {
		text += "  hint: " + p.Hint + "\n"
	}
	switch {
	case p.Severity != rule.Error:
		c.Output += text
	case c.Failure == nil:
		c.Failure = &junitFailure{Message: p.Message, Type: p.Rule, Text: text}
	default:
		c.Failure.Text += text
	}
}

type (
	junitDocument struct {
		XMLName  xml.Name     `xml:"testsuites"`
		Name     string       `xml:"name,attr"`
		Tests    int          `xml:"tests,attr"`
		Failures int          `xml:"failures,attr"`
		Suites   []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name     string       `xml:"name,attr"`
		Tests    int          `xml:"tests,attr"`
		Failures int          `xml:"failures,attr"`
		Cases    []*junitCase `xml:"testcase"`
	}
	junitCase struct {
		Class   string        `xml:"classname,attr"`
		Name    string        `xml:"name,attr"`
		Failure *junitFailure `xml:"failure"`
		Output  string        `xml:"system-out,omitempty"`
	}
	junitFailure struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr"`
		Text    string `xml:",chardata"`
	}
)
