package main

import (
	"fmt"
	"strconv"

	apivalidation "k8s.io/apimachinery/pkg/api/validation"
	"k8s.io/apimachinery/pkg/api/validation/path"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// nameChecks are upstream's checks of single values, by their upstream names.
var nameChecks = map[string]func(value string) []string{
	"IsDNS1123Label":                   validation.IsDNS1123Label,
	"IsDNS1123Subdomain":               validation.IsDNS1123Subdomain,
	"IsDNS1123SubdomainWithUnderscore": validation.IsDNS1123SubdomainWithUnderscore,
	"IsDNS1035Label":                   validation.IsDNS1035Label,
	"IsWildcardDNS1123Subdomain":       validation.IsWildcardDNS1123Subdomain,
	"IsQualifiedName":                  validation.IsQualifiedName,
	"IsValidLabelValue":                validation.IsValidLabelValue,
	"IsValidPortName":                  validation.IsValidPortName,
	"IsValidPercent":                   validation.IsValidPercent,
	"IsHTTPHeaderName":                 validation.IsHTTPHeaderName,
	"IsEnvVarName":                     validation.IsEnvVarName,
	"IsRelaxedEnvVarName":              validation.IsRelaxedEnvVarName,
	"IsConfigMapKey":                   validation.IsConfigMapKey,
	"IsCIdentifier":                    validation.IsCIdentifier,
	"IsPathSegmentName":                path.IsValidPathSegmentName,
	"IsPathSegmentPrefix":              path.IsValidPathSegmentPrefix,

	"NameIsDNSSubdomain":   prefixed(apivalidation.NameIsDNSSubdomain, false),
	"NameIsDNSLabel":       prefixed(apivalidation.NameIsDNSLabel, false),
	"NameIsDNS1035Label":   prefixed(apivalidation.NameIsDNS1035Label, false),
	"PrefixIsDNSSubdomain": prefixed(apivalidation.NameIsDNSSubdomain, true),
	"PrefixIsDNSLabel":     prefixed(apivalidation.NameIsDNSLabel, true),
	"PrefixIsDNS1035Label": prefixed(apivalidation.NameIsDNS1035Label, true),

	"IsValidIP":                  atField(validation.IsValidIP),
	"IsValidCIDR":                atField(validation.IsValidCIDR),
	"IsFullyQualifiedName":       atField(validation.IsFullyQualifiedName),
	"IsFullyQualifiedDomainName": atField(validation.IsFullyQualifiedDomainName),
	"IsDomainPrefixedPath":       atField(validation.IsDomainPrefixedPath),

	"IsValidIPForLegacyField": atField(func(at *field.Path, value string) field.ErrorList {
		return validation.IsValidIPForLegacyField(at, value, false, nil)
	}),
	"IsValidCIDRForLegacyField": atField(func(at *field.Path, value string) field.ErrorList {
		return validation.IsValidCIDRForLegacyField(at, value, false, nil)
	}),

	"IsValidPortNum": numeric(validation.IsValidPortNum),
	"IsValidGroupID": numeric(func(id int) []string { return validation.IsValidGroupID(int64(id)) }),
	"IsValidUserID":  numeric(func(id int) []string { return validation.IsValidUserID(int64(id)) }),
}

// askName: the complaints of `check` about `text`; none means that it is fine.
func askName(q *Question) (any, error) {
	check, known := nameChecks[q.Check]
	if !known {
		return nil, fmt.Errorf("unknown check %q", q.Check)
	}
	messages := check(q.Text)
	if messages == nil {
		messages = []string{}
	}
	return messages, nil
}

func prefixed(check apivalidation.ValidateNameFunc, prefix bool) func(string) []string {
	return func(value string) []string { return check(value, prefix) }
}

func atField(check func(at *field.Path, value string) field.ErrorList) func(string) []string {
	return func(value string) []string {
		var messages []string
		for _, problem := range check(field.NewPath("field"), value) {
			messages = append(messages, problem.Error())
		}
		return messages
	}
}

func numeric(check func(value int) []string) func(string) []string {
	return func(text string) []string {
		value, err := strconv.Atoi(text)
		if err != nil {
			return []string{err.Error()}
		}
		return check(value)
	}
}
