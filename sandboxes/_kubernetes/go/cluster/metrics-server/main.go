// metrics-server with a main of its own: the project's refuses to measure more often than every ten seconds, which leaves a new pod
// unmeasured for twenty, and does not compile with the libraries of the cluster, most of which are compiled once for both this way.
package main

import (
	"log"
	"net"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/pflag"
	corev1 "k8s.io/api/core/v1"
	openapinamer "k8s.io/apiserver/pkg/endpoints/openapi"
	genericapiserver "k8s.io/apiserver/pkg/server"
	"k8s.io/apiserver/pkg/server/options"
	"k8s.io/apiserver/pkg/util/compatibility"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"sigs.k8s.io/metrics-server/pkg/api"
	generatedopenapi "sigs.k8s.io/metrics-server/pkg/api/generated/openapi"
	"sigs.k8s.io/metrics-server/pkg/scraper/client"
	"sigs.k8s.io/metrics-server/pkg/server"
)

const (
	resolution = 2 * time.Second
	timeout    = time.Second
)

func main() {
	serving := options.NewSecureServingOptions().WithLoopback()
	authentication := options.NewDelegatingAuthenticationOptions()
	authorization := options.NewDelegatingAuthorizationOptions()
	flags := pflag.NewFlagSet(os.Args[0], pflag.ExitOnError)
	kubeconfig := flags.String("kubeconfig", "", "how to reach the API and the kubelets")
	authority := flags.String("kubelet-certificate-authority", "", "who signs the kubelets' certificates")
	serving.AddFlags(flags)
	authentication.AddFlags(flags)
	authorization.AddFlags(flags)
	check(flags.Parse(os.Args[1:]))

	check(serving.MaybeDefaultWithSelfSignedCerts("localhost", nil, []net.IP{net.IPv4(127, 0, 0, 1)}))
	apiserver := genericapiserver.NewConfig(api.Codecs)
	check(serving.ApplyTo(&apiserver.SecureServing, &apiserver.LoopbackClientConfig))
	check(authentication.ApplyTo(&apiserver.Authentication, apiserver.SecureServing, nil))
	check(authorization.ApplyTo(&apiserver.Authorization))
	apiserver.EffectiveVersion = compatibility.DefaultBuildEffectiveVersion()
	namer := openapinamer.NewDefinitionNamer(api.Scheme)
	apiserver.OpenAPIConfig = genericapiserver.DefaultOpenAPIConfig(generatedopenapi.GetOpenAPIDefinitions, namer)
	apiserver.OpenAPIV3Config = genericapiserver.DefaultOpenAPIV3Config(generatedopenapi.GetOpenAPIDefinitions, namer)

	cluster, err := clientcmd.BuildConfigFromFlags("", *kubeconfig)
	check(err)
	cluster.ContentType = "application/vnd.kubernetes.protobuf"
	check(rest.SetKubernetesDefaults(cluster))
	kubelet := client.KubeletClientConfig{
		Scheme:              "https",
		DefaultPort:         10250,
		AddressTypePriority: []corev1.NodeAddressType{corev1.NodeInternalIP},
		Client:              *rest.CopyConfig(cluster),
	}
	kubelet.Client.CAFile, kubelet.Client.CAData = *authority, nil

	running, err := server.Config{
		Apiserver: apiserver, Rest: cluster, Kubelet: &kubelet, MetricResolution: resolution, ScrapeTimeout: timeout,
	}.Complete()
	check(err)
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGINT, syscall.SIGTERM)
	done := make(chan struct{})
	go func() { <-stop; close(done) }()
	check(running.RunUntil(done))
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
